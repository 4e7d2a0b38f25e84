import { Catalog, type CatalogOptions } from '../catalog/catalog.ts';
import { fileStore } from '../catalog/stores/files.ts';
import type { ObjectStore } from './object-store.ts';

/** Where the definitions of an offline hub are looked up, besides its objects. */
export type OfflineCatalogOptions = Omit<CatalogOptions, 'store'>;

/** A catalog of the definitions that a store has now; later changes of the store need another one. */
export function offlineCatalog(
  store: ObjectStore,
  { hash, builtins, systemNamespace }: OfflineCatalogOptions,
): Catalog {
  return new Catalog({ store: fileStore(store.list(), hash), hash, builtins, systemNamespace });
}
