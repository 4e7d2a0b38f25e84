import { isJsonObject } from '../api/object.ts';
import type { Definition } from '../domain/definitions.ts';
import type { History } from '../domain/resolution.ts';

/** Every version of an object that is known to be published: of its revisions, and of pruned ones what its status keeps. */
export function publishedIn({ status }: Definition, { newest, recorded }: History): string[] {
  const kept = status !== undefined && 'versions' in status && isJsonObject(status.versions) ? status.versions : {};
  return [newest, ...recorded]
    .flatMap(({ version }) => version ?? [])
    .concat(Object.values(kept).filter((version) => typeof version === 'string'));
}
