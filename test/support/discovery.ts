import { apiVersionOf, type JsonValue, type Resource } from '../../src/api/object.ts';
import { ApiError } from '../../src/kube/client/errors.ts';

/** Answers requests for the discovery, as an API server does that serves these resources and no others. `served` may change later. */
export function discoveryOf(served: readonly Resource[]): (method: string, path: string) => Promise<JsonValue> {
  return (_method, path) => {
    const body = pagesOf(served).get(path);
    if (body !== undefined) return Promise.resolve(body);
    return Promise.reject(new ApiError('404 page not found', { code: 404, reason: 'Unknown' }));
  };
}

function pagesOf(served: readonly Resource[]): Map<string, JsonValue> {
  const pages = new Map<string, JsonValue>();
  const versionsOf = (group: string) =>
    [...new Set(served.filter((each) => each.group === group).map(({ version }) => version))].toSorted();
  const groups = [...new Set(served.map(({ group }) => group))].filter((group) => group !== '');
  pages.set('/api', { kind: 'APIVersions', versions: versionsOf('') });
  pages.set('/apis', {
    kind: 'APIGroupList',
    groups: groups.map((name) => ({ name, versions: versionsOf(name).map((version) => ({ version })) })),
  });
  for (const [apiVersion, resources] of Map.groupBy(served, apiVersionOf)) {
    const listed = resources.flatMap(({ plural: name, kind, namespaced }) => [
      { name: `${name}/status`, kind, namespaced },
      { name, kind, namespaced },
    ]);
    pages.set(`${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`, {
      kind: 'APIResourceList',
      resources: listed,
    });
  }
  return pages;
}
