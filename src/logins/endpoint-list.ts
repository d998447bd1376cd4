// The list of message servers, as the REST server gives it (docs/rest.md).
import type { EndpointList } from '../part'
import type { Http } from '../ports/http'
import { rest } from '../rest/rest'

const FETCH_PATIENCE = 5_000
/** Seconds. */
const DEFAULT_TTL = 3_600

export const fetchEndpoints = (http: Http, base: string): Promise<EndpointList> =>
  rest(http, { method: 'GET', url: `${base}/endpoints`, timeout: FETCH_PATIENCE }).then((answer) => {
    const { endpoints, ttl } = Object(answer) as { endpoints?: unknown; ttl?: unknown }
    return {
      urls: (Array.isArray(endpoints) ? endpoints : [])
        .map((one: unknown) => (Object(one) as { url?: unknown }).url)
        .filter((one): one is string => typeof one === 'string'),
      ttl: (typeof ttl === 'number' && ttl > 0 ? ttl : DEFAULT_TTL) * 1000,
    }
  })
