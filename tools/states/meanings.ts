// What the source says about each arm of a union: its doc comment, so that the page and the code cannot disagree.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const root = join(__dirname, '../..')

/** For each arm of the exported union `name`, by its discriminant (`kind` or `type`): the doc comment above it. */
export const meaningsOf = (file: string, name: string): Map<string, string> => {
  const text = readFileSync(join(root, file), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const union = source.statements
    .filter(ts.isTypeAliasDeclaration)
    .map((alias) => alias.name.text === name && ts.isUnionTypeNode(alias.type) && alias.type)
    .find((type) => type !== false)
  if (!union) throw new Error(`${file} has no union ${name}`)

  return new Map(
    union.types.map((arm) => {
      const discriminant = /\b(?:kind|type): '(\w+)'/.exec(arm.getText())?.[1] ?? ''
      // The comment stands before the bar that leads the arm.
      const comment = ts.getLeadingCommentRanges(
        text,
        arm.getFullStart() === union.pos ? union.pos : previousEnd(union, arm),
      )
      const doc =
        comment
          ?.map(({ pos, end }) => text.slice(pos, end))
          .filter((range) => range.startsWith('/**'))
          .pop() ?? ''
      return [
        discriminant,
        doc
          .replace(/^\/\*\*|\*\/$/g, '')
          .replace(/\s*\n\s*\*?\s*/g, ' ')
          .trim(),
      ]
    }),
  )
}

const previousEnd = (union: ts.UnionTypeNode, arm: ts.TypeNode): number =>
  union.types[union.types.indexOf(arm) - 1]?.end ?? union.pos
