import { fewLines } from './custom-topology.ts';

/** A topology like `fewLines` with the parameter `x`, which is 1 unless an Environment sets it. */
export const renderable = fewLines.replace('clusters: *1 | int', '{clusters: *1 | int, x: *1 | int}');

const changed = (from: string, to: string): string => {
  if (!renderable.includes(from)) throw new Error(`the template does not contain ${from}`);
  return renderable.replace(from, () => to);
};

const manifests = '[for text in context.workloadYamls {json.Unmarshal(text)}]';
const works = renderable.slice(renderable.indexOf('outputs: work:'));

/** Edits of `renderable` that compile. An Environment whose `x` is 5 cannot use any of them. */
export const unrenderableTopologies: Record<string, { template: string; says: RegExp; needsX?: boolean }> = {
  'a field that context does not have': {
    template: changed('name: "what"', 'name: context.nosuch'),
    says: /line \d+: .*undefined field: nosuch/,
  },
  'a sum of lists in output': {
    template: changed('clusterSets: ["global"]', 'clusterSets: ["global"] + []'),
    says: /line \d+: /,
  },
  'conflicting values': {
    template: changed('numberOfClusters: parameter.clusters', 'numberOfClusters: "two" & int'),
    says: /conflicting values/,
  },
  'a kind that is not allowed': {
    template: `${renderable}\noutputs: map: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "map"}`,
    says: /ConfigMap \(v1\) is not a kind that a topology may render/,
  },
  'no work for this Environment': {
    template: changed(works, `if parameter.x <= 3 {\n${works}}`),
    says: /no ManifestWorkReplicaSet/,
    needsX: true,
  },
  'a missing field for this Environment': {
    template: changed(
      'metadata: name: "where"',
      'metadata: name: "where"\n\tif parameter.x > 3 {metadata: name: {}.foo}',
    ),
    says: /undefined field: foo/,
    needsX: true,
  },
  'a number instead of a string': {
    template: changed('import "encoding/json"', 'import ("encoding/json", "strings")').replace(
      'name: "what"',
      'name: strings.ToUpper(1)',
    ),
    says: /line \d+: /,
  },
  'a sum of lists in the manifests': {
    template: changed(manifests, `${manifests} + []`),
    says: /line \d+: /,
  },
  'a multiplied list': {
    template: changed(manifests, `2*${manifests}`),
    says: /line \d+: /,
  },
  'a field of context that is of another type': {
    template: changed('name: "what"', 'name: context.appRevisionNum'),
    says: /./,
  },
};
