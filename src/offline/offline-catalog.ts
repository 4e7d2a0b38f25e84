import { Catalog, type CatalogOptions } from '../catalog/catalog.ts';
import { fileStore } from '../catalog/stores/files.ts';
import type { ObjectStore } from './object-store.ts';

/** The options of the catalog of an offline hub. Its store is made of the objects of the hub. */
export type OfflineCatalogOptions = Omit<CatalogOptions, 'store'>;

/** Creates a catalog of the definitions that are in a store now. After a change of the store, a new catalog is needed. */
export function offlineCatalog(
  store: ObjectStore,
  { hash, builtins, systemNamespace }: OfflineCatalogOptions,
): Catalog {
  return new Catalog({ store: fileStore(store.list(), hash), hash, builtins, systemNamespace });
}
