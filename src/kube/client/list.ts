import { isJsonObject, type Resource } from '../../api/object.ts';
import { isGone, UnreadableAnswer } from './errors.ts';
import { asAccepted, complete } from './received-object.ts';
import { collectionPath, nameIn } from './resource-path.ts';
import type { Transport } from './transport.ts';
import type { ListOptions } from './requests.ts';

/** client-go's pager uses the same. */
const PAGE = 500;
/** How often a list whose continue token expired starts over in pages, before it is asked for in one piece. */
const PAGED_TRIES = 2;

interface Page {
  items: unknown[];
  resourceVersion: string;
  continue: string;
}

/** All objects of a selection with the resourceVersion that they had together. */
export async function listAll<T>(
  transport: Transport,
  resource: Resource,
  options: ListOptions<T>,
): Promise<{ items: T[]; resourceVersion: string }> {
  for (let attempt = 1; ; attempt++) {
    const limit = attempt <= PAGED_TRIES ? String(PAGE) : undefined;
    const found = await listInPages<T>(transport, resource, options, limit);
    if (found !== 'expired') return found;
  }
}

async function listInPages<T>(
  transport: Transport,
  resource: Resource,
  options: ListOptions<T>,
  limit: string | undefined,
): Promise<{ items: T[]; resourceVersion: string } | 'expired'> {
  const { transform = (item: T) => item, ...selection } = options;
  const items: T[] = [];
  let resourceVersion: string | undefined;
  let token: string | undefined;
  do {
    let page: Page;
    try {
      page = await listPage(transport, resource, selection, { limit, continue: token });
    } catch (error) {
      // Only a token expires: a 410 to the first page is the caller's resourceVersion, and his to deal with.
      if (token !== undefined && isGone(error)) return 'expired';
      throw error;
    }
    resourceVersion ??= page.resourceVersion;
    for (const item of page.items) items.push(transform(complete<T>(resource, item, options.metadataOnly)));
    token = page.continue === '' ? undefined : page.continue;
  } while (token !== undefined);
  return { items, resourceVersion };
}

async function listPage(
  transport: Transport,
  resource: Resource,
  options: Omit<ListOptions, 'transform'>,
  paging: { limit: string | undefined; continue: string | undefined },
): Promise<Page> {
  const { namespace, labelSelector, fieldSelector, metadataOnly, resourceVersion, signal } = options;
  const what = `list ${nameIn(resource, { namespace })}`;
  const body = await transport.json({
    what,
    method: 'GET',
    path: collectionPath(resource, namespace),
    query: {
      labelSelector,
      fieldSelector,
      ...paging,
      // The server refuses both together: the token says which version it belongs to.
      resourceVersion: paging.continue === undefined ? resourceVersion : undefined,
    },
    accept: asAccepted(metadataOnly, 'PartialObjectMetadataList'),
    idempotent: true,
    signal,
  });
  const metadata = isJsonObject(body) ? body['metadata'] : undefined;
  // An empty list of Go may be null.
  const items = isJsonObject(body) ? (body['items'] ?? []) : undefined;
  if (!isJsonObject(metadata) || !Array.isArray(items))
    throw new UnreadableAnswer(`${what}: the response is not a list`);
  const { resourceVersion: version, continue: token } = metadata;
  return {
    items,
    resourceVersion: typeof version === 'string' ? version : '',
    continue: typeof token === 'string' ? token : '',
  };
}
