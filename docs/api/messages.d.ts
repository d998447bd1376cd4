import { ConnectionError } from './connection.js';

type ChatType = 'singleChat' | 'groupChat';
/** A map for the app's own use. JSON only; counts toward the limits of a message (docs/messages.md). */
type Ext = Readonly<Record<string, unknown>>;
/** What every message carries besides its body. */
interface MessageHead {
    /** Given by `message.create`; the same on the sender's and on every receiver's phone. */
    readonly id: string;
    readonly chatType: ChatType;
    /** Who sent it: proven by the server, never taken from the payload. */
    readonly from: string;
    /** A user id, or a group id when `chatType` is `groupChat`. */
    readonly to: string;
    /** Milliseconds since 1970 by the sender's phone. For display; the order of messages does not come from it. */
    readonly time: number;
    readonly ext?: Ext;
}
interface TextBody {
    readonly type: 'txt';
    readonly msg: string;
}
/** Also how kinds arrive that this version does not know: `customEvent` is the kind, `customExts` its body. */
interface CustomBody {
    readonly type: 'custom';
    readonly customEvent: string;
    readonly customExts?: Ext;
}
/** A command for the other app. Reaches the handler, is never kept in the history. */
interface CmdBody {
    readonly type: 'cmd';
    readonly action: string;
}
/** A file on the phone, to be uploaded when the message is sent. */
interface LocalFile {
    /** The platform's path, such as `tempFilePath` of `wx.chooseMedia`. */
    readonly url: string;
    readonly filename?: string;
    /** Bytes; where given, too large a file is refused before the upload. */
    readonly size?: number;
    /** Of an image or a video: a smaller picture on the phone, such as `thumbTempFilePath`, uploaded before it. */
    readonly thumb?: string;
}
/** What images, voices, videos and files have in common. */
interface Attachment {
    /** Where the file is. Absent only while it waits for its upload. */
    readonly url?: string;
    readonly filename?: string;
    /** Bytes. */
    readonly file_length?: number;
    /** While it waits for its upload. */
    readonly file?: LocalFile;
}
interface ImageBody extends Attachment {
    readonly type: 'img';
    /** Pixels. */
    readonly width?: number;
    readonly height?: number;
    /** Where a small version is. */
    readonly thumb?: string;
}
interface FileBody extends Attachment {
    readonly type: 'file';
    readonly filetype?: string;
}
interface AudioBody extends Attachment {
    readonly type: 'audio';
    /** Seconds, such as `duration / 1000` of `RecorderManager.onStop`. */
    readonly length?: number;
    readonly filetype?: string;
}
interface VideoBody extends Attachment {
    readonly type: 'video';
    /** Where a still picture of it is. Made of `file.thumb`, where that was given. */
    readonly thumb?: string;
    /** Pixels. */
    readonly width?: number;
    readonly height?: number;
    /** Seconds. */
    readonly length?: number;
    readonly filetype?: string;
}
interface LocationBody {
    readonly type: 'loc';
    /** Degrees, -90 to 90. */
    readonly lat: number;
    /** Degrees, -180 to 180. */
    readonly lng: number;
    readonly addr?: string;
    readonly buildingName?: string;
}
type Body = TextBody | CustomBody | CmdBody | ImageBody | AudioBody | VideoBody | FileBody | LocationBody;
type TextMessage = MessageHead & TextBody;
type CustomMessage = MessageHead & CustomBody;
type CmdMessage = MessageHead & CmdBody;
type ImageMessage = MessageHead & ImageBody;
type AudioMessage = MessageHead & AudioBody;
type VideoMessage = MessageHead & VideoBody;
type FileMessage = MessageHead & FileBody;
type LocationMessage = MessageHead & LocationBody;
type Message = TextMessage | CustomMessage | CmdMessage | ImageMessage | AudioMessage | VideoMessage | FileMessage | LocationMessage;
/** Where a message stands. `sending` waits in the outbox; `failed` left it unsent and may be sent again. */
type MessageStatus = 'received' | 'sending' | 'failed' | 'sent' | 'delivered' | 'read';
/** What is left in the history of a message that its sender took back. */
interface RecalledMessage extends MessageHead {
    readonly type: 'recalled';
    readonly status: 'recalled';
}
type StoredMessage = (Message & {
    readonly status: MessageStatus;
}) | RecalledMessage;
/** Where a message goes. */
interface MessageAddress {
    /** A user id, or a group id when `chatType` is `groupChat`. */
    readonly to: string;
    /** `singleChat` where it is left out. */
    readonly chatType?: ChatType;
}
interface OneToOne {
    /** A user id. */
    readonly to: string;
    readonly chatType?: 'singleChat';
}
/** "I have read message `id`", to its sender. Lowers the unread count. One-to-one only. Merged with others that still wait. */
interface ReadReceipt extends OneToOne {
    readonly type: 'read';
    /** The message that was read. */
    readonly id: string;
}
/** "I have read everything of this conversation", to the other side. One-to-one only. Also clears the unread count. */
interface ChannelReceipt extends OneToOne {
    readonly type: 'channel';
}
type NewMessage = (Body & MessageAddress & {
    readonly id?: string;
    readonly ext?: Ext;
}) | ReadReceipt | ChannelReceipt;
interface SendOptions {
    /** How far the upload of an attachment is, in bytes. */
    readonly onProgress?: (progress: {
        readonly loaded: number;
        readonly total: number;
    }) => void;
}
interface SendResult {
    readonly localMsgId: string;
    /** The same as `localMsgId`: the protocol has one id per message. */
    readonly serverMsgId: string;
    /** What was sent. Absent for receipts. */
    readonly message?: Message;
}
interface Receipt {
    /** The receipt's own id. */
    readonly id: string;
    readonly type: 'delivery' | 'read';
    /** The message that it is about. */
    readonly mid: string;
    readonly from: string;
    readonly to: string;
    readonly time: number;
}
/** A message was taken back by its sender; the history has a `RecalledMessage` in its place. */
interface RecallEvent {
    /** The recall's own id. */
    readonly id: string;
    readonly type: 'recall';
    readonly chatType: ChatType;
    /** The message that is gone. */
    readonly mid: string;
    /** Who sent it, and took it back: proven by the server. */
    readonly from: string;
    readonly to: string;
    readonly time: number;
}
/** The other side has read everything up to here. */
type ChannelEvent = Omit<Receipt, 'mid' | 'type'> & {
    readonly type: 'channel';
    /** Only where another device of this user read a group. */
    readonly chatType?: 'groupChat';
};
/** Something happened to a group that the user is or was in; `operation` is one of Easemob's names. */
interface GroupEvent {
    /**
     * About this user: `directJoined` was added, `removeMember` was removed, `destroy` the group is gone, `inviteToJoin` was
     * invited; and of those whom this user invited: `acceptInvite`, `rejectInvite`. About a group that the user is in:
     * `memberPresence` and `memberAbsence` one came or left, `membersPresence` and `membersAbsence` several did, `updateInfo`,
     * `changeOwner`. More may come: ignore what you do not know. Another device of this user did it where `from` is the user.
     */
    readonly operation: string;
    readonly id: string;
    /** Who came or left; else who did it. Absent where several came or left. */
    readonly from?: string;
    /** Who brought in or removed those who came or left. */
    readonly by?: string;
    /** Of `membersPresence` and `membersAbsence`, at most 500 each time. */
    readonly members?: readonly string[];
    /** How many members the group has then. */
    readonly memberCount?: number;
    /** The group's name: of `updateInfo` where it changed, and of invitations and their answers. */
    readonly name?: string;
    /** Of `updateInfo`: what changed. */
    readonly detail?: {
        readonly name?: string;
        readonly description?: string;
        readonly inviteNeedConfirm?: boolean;
    };
    /** Of `changeOwner`: the new owner. */
    readonly userId?: string;
}
/** An invitation that waits for this user's answer. */
interface GroupInvite {
    readonly groupid: string;
    readonly groupname: string;
    readonly owner: string;
    readonly affiliations_count: number;
    /** Who invited. */
    readonly by: string;
    /** When, in milliseconds since 1970 by the server. */
    readonly invited: number;
}
interface ConversationItem {
    /** The other user's id, or the group's. */
    readonly conversationId: string;
    readonly conversationType: ChatType;
    readonly unReadCount: number;
    /** Also one that was recalled. Absent where nothing but a pin or the app's own field is left. */
    readonly lastMessage?: StoredMessage;
    /** On this phone. */
    readonly isPinned?: boolean;
    /** Milliseconds since 1970. */
    readonly pinnedTime?: number;
    /** What the app keeps with it, such as a draft. */
    readonly customField?: Ext;
}
interface ConversationRef {
    readonly conversationId: string;
    readonly conversationType: ChatType;
}
/** One to 50 messages of a conversation. */
interface MessagesRef {
    /** A user id or a group id. */
    readonly targetId: string;
    /** `singleChat` where it is left out. */
    readonly chatType?: ChatType;
    readonly messageIds: readonly string[];
}
interface HistoryRequest {
    /** A user id or a group id. */
    readonly targetId: string;
    /** `singleChat` where it is left out. */
    readonly chatType?: ChatType;
    /** From the page before; left out, empty or -1: from the newest message. */
    readonly cursor?: string | number | null;
    /** 1 to 50; 20 where it is left out. */
    readonly pageSize?: number;
    /** `up` (default): newest first. `down`: oldest first. */
    readonly searchDirection?: 'up' | 'down';
}
interface HistoryPage {
    readonly messages: StoredMessage[];
    /** For the next page. */
    readonly cursor: string;
    /** There is no more. Never true while a `historyProvider` could not be asked: even without messages, there may be more then. */
    readonly isLast: boolean;
    /** Why the `historyProvider` was not asked or did not answer: these are the phone's own. The same cursor asks again. */
    readonly error?: ConnectionError;
}
/** What a `historyProvider` is asked: messages of one conversation behind the cursor, in the direction of the search. */
interface HistoryQuery {
    /** Who asks: the user of this connection. Your server must know that by itself, from its own login. */
    readonly user: string;
    /** A user id or a group id. */
    readonly targetId: string;
    readonly chatType: ChatType;
    /** `up`: newest first. `down`: oldest first. */
    readonly searchDirection: 'up' | 'down';
    /** The last message of the page before, which your server has given. Absent: from the newest (`up`) or the oldest (`down`) on. */
    readonly cursor?: {
        readonly id: string;
        readonly from: string;
    };
    /** At most so many; 50. */
    readonly pageSize: number;
}
/** A message as it went over the wire (docs/protocol.md, section 4), and who sent it: the last level of its topic. */
interface ArchivedMessage {
    readonly from: string;
    readonly id: string;
    readonly type: string;
    readonly time: number;
    readonly body: Ext;
    readonly ext?: Ext;
}
interface ArchivePage {
    readonly messages: readonly ArchivedMessage[];
    /** Behind these there is nothing. */
    readonly isLast: boolean;
}
/**
 * Gives a page of a conversation out of an archive. What it throws, rejects with, or answers wrongly is the `error` of the app's page; it
 * is asked again with a back-off, one page at a time, and given up after 10 s. A rejection with a `status` of 400 to 499 (not 408, 429)
 * on it ends the asking about that conversation until the next login.
 */
type HistoryProvider = (query: HistoryQuery) => Promise<ArchivePage>;
interface GroupInfo {
    readonly groupid: string;
    readonly groupname: string;
    readonly description?: string;
    readonly owner: string;
    readonly public?: boolean;
    /** Whoever others bring in is asked first. */
    readonly inviteNeedConfirm?: boolean;
    readonly affiliations_count: number;
}
type GroupMember = {
    readonly member: string;
} | {
    readonly owner: string;
};
/** Easemob wraps answers of the server so. */
interface Answer<T> {
    readonly data: T;
}
interface GroupRef {
    readonly groupId: string;
}
/** What this layer adds to a connection. Every promise rejects with a `ConnectionError`. */
interface MessageCalls {
    /**
     * Resolves when the server has the message. While not connected it waits in the outbox, in files, and is sent even
     * after the app was killed, when the same user opens again. Order is kept per conversation; an attachment holds
     * what follows it there until it is uploaded.
     *
     * Rejects with `InvalidMessage`, `MessageTooLarge`, `FileTooLarge` (nothing was kept); `QueueFull` (at once);
     * `MessageExpired`, `MessageCancelled`, `UploadFailed`, `FileRefused`, or the server's refusal (left the outbox; may be
     * sent again under the same id); `ConnectionClosed` when close() came first: the message stays in the outbox.
     */
    send(message: NewMessage, options?: SendOptions): Promise<SendResult>;
    /** Takes a waiting message back; false when it is too late or unknown. Its `send` rejects with `MessageCancelled`. */
    cancelMessage(id: string): boolean;
    /**
     * Takes a message of this user back, on every phone that has it or will get it. One that still waits is cancelled instead:
     * its `send` rejects with `MessageCancelled`. The history keeps a `RecalledMessage` in its place, here once the server has
     * the recall, and this resolves then. It waits in the outbox like a message. The embedded server deletes its attachment.
     * A phone with another client may go on showing it.
     *
     * Rejects with `RecallTooLate` (older than `recallMaxAge`), `InvalidMessage` (no message of this user in that conversation
     * on this phone), and as `send` does. Source: Easemob, 撤回消息.
     */
    recallMessage(message: MessageAddress & {
        readonly mid: string;
    }): Promise<void>;
    /**
     * What `wx.downloadFile` wants for an attachment: the user's token goes along only to the connection's own server,
     * never to an address that the sender made up.
     */
    downloadRequest(url: string): {
        url: string;
        header: Record<string, string>;
    };
    /** Pinned ones first, then newest first. Readable from `onStoreOpened` on, without a connection. */
    getLocalConversations(): Promise<Answer<ConversationItem[]>>;
    getLocalConversation(conversation: ConversationRef): Promise<Answer<ConversationItem | undefined>>;
    /**
     * A page of the history: what this phone has, and with the option `historyProvider` what an archive has besides, as one list. Never
     * rejects because of the archive: `error` tells. What the archive gives is not kept on the phone.
     */
    getHistoryMessages(request: HistoryRequest): Promise<HistoryPage>;
    /** Here, and with `multiDevice` on the user's other devices; the other side is told by sending a message of type `channel`. */
    clearConversationUnreadCount(conversation: ConversationRef): Promise<void>;
    /**
     * Deletes messages on this phone only, and wipes them from its files: they do not come back, not even from the server. What
     * waits to be sent is cancelled. Ids that are not there, nor in the archive, are passed over. Source: Easemob, whose call deletes on the server.
     */
    removeHistoryMessages(messages: MessagesRef): Promise<void>;
    /** Keeps a conversation at the top of `getLocalConversations`, on this phone; at most 50. Rejects with `InvalidArgument`. */
    pinConversation(conversation: ConversationRef & {
        readonly isPinned: boolean;
    }): Promise<Answer<{
        readonly isPinned: boolean;
        readonly pinnedTime: number;
    }>>;
    /**
     * Keeps a map of the app's own with a conversation, on this phone: `{ draft: '…' }`. It replaces the one before; an empty one
     * removes it. At most 4 KiB as JSON, in at most 200 conversations. Rejects with `InvalidArgument`.
     */
    setLocalConversationCustomField(conversation: ConversationRef & {
        readonly customField: Ext;
    }): Promise<void>;
    /** Forgets the conversation, its pin and its field, and wipes its messages from the files. What waits to be sent there is cancelled. */
    removeLocalConversation(conversation: ConversationRef): Promise<void>;
    /** Forgets every conversation of this user on this phone, and wipes the files. */
    deleteAllMessagesAndConversations(): Promise<void>;
    createGroup(options: {
        readonly data: {
            readonly groupname: string;
            readonly desc?: string;
            readonly public?: boolean;
            /** Whoever is brought in, also now, is asked first. Default false. */
            readonly inviteNeedConfirm?: boolean;
            readonly members?: readonly string[];
        };
    }): Promise<Answer<{
        groupid: string;
    }>>;
    /** A public group only. Resolves when its messages arrive. */
    joinGroup(group: GroupRef): Promise<void>;
    leaveGroup(group: GroupRef): Promise<void>;
    destroyGroup(group: GroupRef): Promise<void>;
    /** Adds them; where the group has `inviteNeedConfirm`, asks them. Who declined is not asked again within a day. */
    inviteUsersToGroup(options: GroupRef & {
        readonly users: readonly string[];
    }): Promise<void>;
    removeGroupMember(options: GroupRef & {
        readonly username: string;
    }): Promise<void>;
    getJoinedGroups(): Promise<Answer<GroupInfo[]>>;
    getGroupInfo(group: GroupRef): Promise<Answer<GroupInfo[]>>;
    listGroupMembers(options: GroupRef & {
        readonly pageNum?: number;
        readonly pageSize?: number;
    }): Promise<Answer<GroupMember[]>>;
    /** The owner only, else NotGroupOwner. What is left out stays. Members hear of it (`updateInfo`). */
    modifyGroup(options: GroupRef & {
        readonly groupName?: string;
        readonly description?: string;
        readonly inviteNeedConfirm?: boolean;
    }): Promise<Answer<{
        groupname?: boolean;
        description?: boolean;
        inviteNeedConfirm?: boolean;
    }>>;
    /** The owner only, else NotGroupOwner; to a member, else NotGroupMember. Members hear of it (`changeOwner`). */
    changeGroupOwner(options: GroupRef & {
        readonly newOwner: string;
    }): Promise<Answer<{
        newowner: boolean;
    }>>;
    /** Resolves when the group's messages arrive. NotGroupMember: no invitation waits. `invitee` is Easemob's; it is always this user. */
    acceptGroupInvite(group: GroupRef & {
        readonly invitee?: string;
    }): Promise<void>;
    rejectGroupInvite(group: GroupRef & {
        readonly invitee?: string;
    }): Promise<void>;
    /** Invitations that wait for this user's answer, the oldest first. */
    getGroupInvites(): Promise<Answer<GroupInvite[]>>;
}
/** What is told to the app's handlers. */
interface MessageEvents {
    onTextMessage: TextMessage;
    onCustomMessage: CustomMessage;
    onCmdMessage: CmdMessage;
    onImageMessage: ImageMessage;
    onAudioMessage: AudioMessage;
    onVideoMessage: VideoMessage;
    onFileMessage: FileMessage;
    onLocationMessage: LocationMessage;
    /** The same messages in batches: one call per slice of a burst, after the single calls. */
    onMessages: readonly Message[];
    /** The server has a message of ours. */
    onReceivedMessage: {
        readonly id: string;
        readonly mid: string;
        readonly to: string;
    };
    /** The receiver's phone has it; needs `delivery: true` there. */
    onDeliveredMessage: Receipt;
    onReadMessage: Receipt;
    onChannelMessage: ChannelEvent;
    /** A message that was sent to this user, or by another device of this user, was taken back; told also where it never came. */
    onRecallMessage: RecallEvent;
    /** A message left the outbox unsent; also those of an earlier start of the app, whose promise is gone. */
    onMessageFailed: {
        readonly id: string;
        readonly to: string;
        readonly error: ConnectionError;
    };
    /** Messages that waited on the server begin to arrive. Not called when none waited. */
    onOfflineMessageSyncStart: undefined;
    /** They are all here, or the connection broke off. */
    onOfflineMessageSyncFinish: undefined;
    /** The local history can be read, or not: then the connection works without it. */
    onStoreOpened: {
        readonly success: boolean;
        readonly user: string;
        readonly error?: ConnectionError;
    };
    onGroupEvent: GroupEvent;
}

interface MessageOptions {
    /** Send delivery receipts. Default false. */
    readonly delivery?: boolean;
    /** True: attachments carry the app's own URL. False (default): they are uploaded to `apiUrl`. */
    readonly useOwnUploadFun?: boolean;
    /** Messages that may wait to be sent. Default 500. */
    readonly outboxMaxCount?: number;
    /** Bytes of what waits to be sent. Default 512 KiB. */
    readonly outboxMaxBytes?: number;
    /** Milliseconds that a message may wait. Default 3 days. */
    readonly outboxMaxAge?: number;
    /** Milliseconds after which a message cannot be recalled any more. Default 2 minutes. */
    readonly recallMaxAge?: number;
    /** Bytes of the history in files, per user; the oldest messages go first, never what waits to be sent. Default 2 MiB. */
    readonly historyMaxBytes?: number;
    /** Bytes of one message on the wire. Default 64 KiB. */
    readonly messageMaxBytes?: number;
    /** Bytes of an attachment. Default 10 MiB. */
    readonly fileMaxBytes?: number;
    /**
     * Where `getHistoryMessages` goes on behind this phone's own history: the app's own server (docs/archive.md), or `'server'`: the
     * archive of the embedded server at `apiUrl`. Default: nowhere.
     */
    readonly historyProvider?: HistoryProvider | 'server';
}

/**
 * A part, to be handed to a connection: `conn.use(part)` gives its calls. Late and more than once is fine: the same
 * connection gives the same calls. One of another version of this package is refused.
 */
interface Part<Api> {
    readonly name: string;
    /** The version of the package it comes from. */
    readonly version: string;
    /** For the connection. */
    readonly start: (host: never) => {
        readonly api: Api;
    };
}

interface Chat extends MessageCalls {
    /** Listens to one event; a listener that throws does not keep others from hearing. */
    on<E extends keyof MessageEvents>(event: E, listener: (payload: MessageEvents[E]) => void): this;
    off<E extends keyof MessageEvents>(event: E, listener: (payload: MessageEvents[E]) => void): this;
}

/** Easemob's name for where messages come from. */
declare const message: {
    /** Gives a message its id, so that the app can show it before it is sent. `send` checks it. */
    create: <M extends NewMessage>(options: M) => M & {
        readonly id: string;
        /** `singleChat` where it was left out. */
        readonly chatType: M extends OneToOne ? "singleChat" : ChatType;
    };
};

declare const VERSION = "0.1.0";

/**
 * Messages, receipts, attachments, groups and the history of this phone. What arrived before this part came is handed to it
 * in order. `use` throws InvalidOption, which names the option that is wrong.
 */
declare const messages: (options?: MessageOptions) => Part<Chat>;

export { VERSION, message, messages };
export type { Answer, ArchivePage, ArchivedMessage, Attachment, AudioBody, AudioMessage, Body, ChannelEvent, ChannelReceipt, Chat, ChatType, CmdBody, CmdMessage, ConversationItem, ConversationRef, CustomBody, CustomMessage, Ext, FileBody, FileMessage, GroupEvent, GroupInfo, GroupInvite, GroupMember, GroupRef, HistoryPage, HistoryProvider, HistoryQuery, HistoryRequest, ImageBody, ImageMessage, LocalFile, LocationBody, LocationMessage, Message, MessageAddress, MessageCalls, MessageEvents, MessageHead, MessageOptions, MessageStatus, MessagesRef, NewMessage, OneToOne, Part, ReadReceipt, RecallEvent, RecalledMessage, Receipt, SendOptions, SendResult, StoredMessage, TextBody, TextMessage, VideoBody, VideoMessage };
