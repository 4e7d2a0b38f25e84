import type { KubeObject } from '../../api/object.ts';

/** Identifies one object of a kind. `namespace` is required if the kind is namespaced. */
export interface ObjectKey {
  namespace?: string | undefined;
  name: string;
}

/** Options of every call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** Options of every call that writes. */
export interface WriteOptions extends CallOptions {
  /** Called immediately before the request is sent, and before each retry. If it throws, the call fails with that error. */
  beforeSend?: (() => void) | undefined;
  /** Called with each warning of the API server or of admission in the response. */
  onWarning?: ((text: string) => void) | undefined;
}

export interface GetOptions extends CallOptions {
  metadataOnly?: boolean | undefined;
  subresource?: string | undefined;
}

/** Restricts a list or watch. Selectors are strings, as in the API. */
export interface Selection {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  metadataOnly?: boolean | undefined;
}

export interface ListOptions<T = KubeObject> extends Selection, CallOptions {
  /** Reduces an item. It is called when a page arrives, so that the full items of all pages are never in memory together. */
  transform?: ((item: T) => T) | undefined;
  /** Reads only so many objects, instead of all. */
  limit?: number | undefined;
  /** As in the API: absent means the newest, `0` means any version that the server has in its cache. */
  resourceVersion?: string | undefined;
}

export interface WatchOptions extends Selection {
  resourceVersion: string;
  signal: AbortSignal;
}

/** One event of a watch. The object of a bookmark has only a resourceVersion. */
export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

export interface CreateOptions extends WriteOptions {
  dryRun?: boolean | undefined;
  fieldManager?: string | undefined;
  subresource?: string | undefined;
  /** The object that the subresource belongs to. */
  name?: string | undefined;
}

export interface ReplaceOptions extends WriteOptions {
  dryRun?: boolean | undefined;
  fieldManager?: string | undefined;
  subresource?: string | undefined;
}

export interface ApplyOptions extends WriteOptions {
  fieldManager: string;
  /** Whether to take over fields from other managers; true by default. */
  force?: boolean | undefined;
  subresource?: string | undefined;
  dryRun?: boolean | undefined;
}

export interface PatchOptions extends WriteOptions {
  dryRun?: boolean | undefined;
  type?: 'merge' | 'json' | undefined;
  subresource?: string | undefined;
  fieldManager?: string | undefined;
}

export interface DeleteOptions extends WriteOptions {
  uid?: string | undefined;
  resourceVersion?: string | undefined;
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined;
}
