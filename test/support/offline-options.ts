import type { JsonObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { protectedNamespaces } from '../../src/domain/spoke/protected-namespaces.ts';
import { defaultRenderSettings } from '../../src/domain/render/workload-render.ts';
import type { AdmissionOptions } from '../../src/offline/admit.ts';
import { stubBuiltins } from './catalog.ts';
import { simpleRender } from './controller-scene.ts';

/** A topology that does not render the Namespace if the parameters have `create: false`. */
function render(parameter: JsonObject, workloadYamls: readonly string[]): JsonObject[] {
  const creates = !JSON.stringify(parameter).includes('"create":false');
  const manifests = creates ? workloadYamls : workloadYamls.filter((yaml) => !yaml.includes('"kind":"Namespace"'));
  return simpleRender(parameter, manifests);
}

/** Options of an offline hub that does not evaluate CUE. */
export const offlineOptions: AdmissionOptions = {
  topologies: {
    check: () => Promise.resolve({ ok: true, objects: [] }),
    render: (_template, parameter, { workloadYamls }) =>
      Promise.resolve({ ok: true, objects: render(parameter, workloadYamls) }),
  },
  builtins: stubBuiltins,
  hash: sha256,
  systemNamespace: 'mural-system',
  renderSettings: defaultRenderSettings,
  severities: {},
  protectedNamespaces: protectedNamespaces(),
};
