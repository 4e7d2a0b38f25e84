const mebibyte = 1024 * 1024;

/**
 * What the history of definitions may take. Sizes are bytes of recorded content. Together with the limit of the newest revisions,
 * which is a setting, they bound what a tenant can store in etcd by edits.
 */
export const historyLimits = {
  /** The first revision of the highest release is retained for so many minor lines: those with the newest releases. */
  lines: 50,
  /** Content of one revision. etcd accepts 1.5 MiB, including everything that Kubernetes adds. */
  contentBytes: mebibyte,
  /** Content that is retained for one object. */
  objectBytes: 16 * mebibyte,
  /** Content that is retained in one hub namespace. */
  namespaceBytes: 128 * mebibyte,
  /** Entries of `status.versions`, as in its schema. */
  versionLines: 1024,
} as const;

/**
 * Pruning brings the history of a namespace down to this, so that there is space for edits that are recorded before the next
 * pruning.
 */
export const prunedNamespaceBytes = 112 * mebibyte;

/**
 * A revision is marked for a minute before it is deleted. Until then, as much again as the limit may be stored; more edits are
 * refused.
 */
export const storedFactor = 2;
