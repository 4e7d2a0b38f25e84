/** Codes of the rules that the controller applies once more: reasons of `Applied` while it holds a write for their sake. */
export const applyEnforcedCodes: ReadonlySet<string> = new Set([
  'NamespaceLifecycleConflict',
  'NamespaceWouldBeDeleted',
  'WorkloadConflict',
  'WorkloadsWouldMove',
]);
