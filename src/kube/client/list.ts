import { isJsonObject, type Resource } from '../../api/object.ts';
import { isGone, UnreadableResponse } from './errors.ts';
import { asAccepted, complete } from './received-object.ts';
import { PageSize } from '../page-size.ts';
import { collectionPath, nameIn } from './resource-path.ts';
import type { Transport } from './transport.ts';
import type { ListOptions } from './requests.ts';

/** The longest response to a list without pages. */
const maxBytesWithoutPages = 64 * 1024 * 1024;
/** How often a list is tried in pages if its continue token expires; after that it is requested without pages. */
const pagedTries = 2;

interface Page {
  items: unknown[];
  resourceVersion: string;
  continue: string;
}

/** All objects of a selection, with the resourceVersion of the list. */
export async function listAll<T>(
  transport: Transport,
  resource: Resource,
  options: ListOptions<T>,
): Promise<{ items: T[]; resourceVersion: string }> {
  for (let attempt = 1; ; attempt++) {
    const size = attempt <= pagedTries ? new PageSize(options) : undefined;
    const found = await listInPages<T>(transport, resource, options, size);
    if (found !== 'expired') return found;
  }
}

async function listInPages<T>(
  transport: Transport,
  resource: Resource,
  options: ListOptions<T>,
  size: PageSize | undefined,
): Promise<{ items: T[]; resourceVersion: string } | 'expired'> {
  const { transform = (item: T) => item, limit: only, ...selection } = options;
  const items: T[] = [];
  let resourceVersion: string | undefined;
  let token: string | undefined;
  for (;;) {
    let page: Page;
    try {
      page = await listPage(transport, resource, selection, { size, continue: token });
    } catch (error) {
      // The same token is valid for another page size.
      if (size?.shrinksAfter(error) === true) continue;
      // The first page has no token: a 410 for it concerns the resourceVersion of the caller, who must handle it.
      if (token !== undefined && isGone(error)) return 'expired';
      throw error;
    }
    resourceVersion ??= page.resourceVersion;
    for (const item of page.items) items.push(transform(complete<T>(resource, item, options.metadataOnly)));
    if (page.continue === '' || only !== undefined) return { items, resourceVersion };
    token = page.continue;
  }
}

async function listPage(
  transport: Transport,
  resource: Resource,
  options: Omit<ListOptions, 'transform' | 'limit'>,
  paging: { size: PageSize | undefined; continue: string | undefined },
): Promise<Page> {
  const { namespace, labelSelector, fieldSelector, metadataOnly, resourceVersion, signal } = options;
  const what = `list ${nameIn(resource, { namespace })}`;
  const { size } = paging;
  let bytes = 0;
  const body = await transport.json({
    what,
    method: 'GET',
    path: collectionPath(resource, namespace),
    query: {
      labelSelector,
      fieldSelector,
      limit: size === undefined ? undefined : String(size.objects),
      continue: paging.continue,
      // The API server rejects a resourceVersion beside a token, because the token contains one.
      resourceVersion: paging.continue === undefined ? resourceVersion : undefined,
    },
    accept: asAccepted(metadataOnly, 'PartialObjectMetadataList'),
    idempotent: true,
    large: true,
    signal,
    maxBytes: size === undefined ? maxBytesWithoutPages : size.maxBytes,
    onBytes(received) {
      bytes = received;
    },
  });
  const metadata = isJsonObject(body) ? body['metadata'] : undefined;
  // Go encodes an empty list as null in some cases.
  const items = isJsonObject(body) ? (body['items'] ?? []) : undefined;
  if (!isJsonObject(metadata) || !Array.isArray(items))
    throw new UnreadableResponse(`${what}: the response is not a list`);
  size?.received({ objects: items.length, bytes });
  const { resourceVersion: version, continue: token } = metadata;
  return {
    items,
    resourceVersion: typeof version === 'string' ? version : '',
    continue: typeof token === 'string' ? token : '',
  };
}
