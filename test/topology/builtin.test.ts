import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/object.ts';
import { createLog } from '../../src/log.ts';
import { builtinTopologies } from '../../src/topology/builtin.ts';
import { createTopologyEngine } from '../../src/topology/engine.ts';
import type { TopologyContext } from '../../src/api/topology-context.ts';
import type { TopologyEngine } from '../../src/topology/topology-result.ts';
import { sampleOf, type SampleOptions, type ValueSchema } from '../support/crd-samples.ts';
import { buildTimeoutMs, cueModule } from './cue-module.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } };
const workload = {
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Workload',
  metadata: { name: 'shop', namespace: 'web' },
  spec: { components: [{ name: 'ui', type: 'webservice', properties: { port: 8080, ratio: 0.5 } }] },
};
// The Workload is first here, because the order in the ManifestWork must not depend on the order of the input.
const context: TopologyContext = {
  name: 'shop',
  workloadName: 'shop',
  namespace: 'web',
  deployment: { namespace: 'team-a', name: 'shop-prod' },
  appName: 'shop-prod',
  appRevision: 'shop-prod-v2',
  appRevisionNum: 2,
  appLabels: {},
  appAnnotations: {},
  components: [],
  environment: 'prod',
  workloadYamls: [JSON.stringify(workload), JSON.stringify(namespace)],
};
const orphanNamespace = { resource: 'namespaces', name: 'web' };
const orphanWorkload = { group: 'spectrocloud.com', resource: 'workloads', namespace: 'web', name: 'shop' };

const at = (value: JsonValue | undefined, ...path: string[]): JsonValue | undefined =>
  path.reduce((within, key) => (isJsonObject(within) ? within[key] : undefined), value);

const workTemplate = (rest: JsonObject): JsonObject => ({
  manifestWorkReplicaSet: { manifestWorkTemplate: rest },
});

const selective = (...orphaningRules: JsonObject[]) => ({
  propagationPolicy: 'SelectivelyOrphan',
  selectivelyOrphans: { orphaningRules },
});

type Builtin = keyof typeof builtinTopologies;

describe('builtinTopologies', () => {
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    const log = createLog('silent', 'test');
    engine = await createTopologyEngine({
      module: await cueModule(),
      workers: 1,
      deadlineMs: 8000,
      memoryMiB: 256,
      log,
    });
  });
  after(() => engine.close());

  const render = async (type: Builtin, properties: JsonObject, over: Partial<TopologyContext> = {}) => {
    const result = await engine.render(builtinTopologies[type], properties, { ...context, ...over });
    assert.ok(result.ok, JSON.stringify(result));
    return result.objects;
  };
  const linesOf = async (type: Builtin, properties: JsonObject): Promise<string[]> => {
    const result = await engine.check(builtinTopologies[type], properties);
    if (result.ok) return [];
    assert.equal(result.reason, 'InvalidParameter');
    return result.violations.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };

  describe('topology-ocm', () => {
    it('renders a Placement and a ManifestWorkReplicaSet without any property', async () => {
      assert.deepEqual(await render('topology-ocm', {}), [
        {
          apiVersion: 'cluster.open-cluster-management.io/v1beta1',
          kind: 'Placement',
          metadata: { name: 'shop', namespace: 'managed-cluster-set-global' },
          spec: { clusterSets: ['global'] },
        },
        {
          apiVersion: 'work.open-cluster-management.io/v1alpha1',
          kind: 'ManifestWorkReplicaSet',
          metadata: { name: 'shop', namespace: 'managed-cluster-set-global' },
          spec: {
            placementRefs: [{ name: 'shop', rolloutStrategy: { type: 'All', all: {} } }],
            cascadeDeletionPolicy: 'Foreground',
            manifestWorkTemplate: {
              workload: { manifests: [namespace, workload] },
              deleteOption: { propagationPolicy: 'Foreground' },
            },
          },
        },
      ]);
    });

    const foreground = { propagationPolicy: 'Foreground' };
    const both = selective(orphanNamespace, orphanWorkload);
    const lifecycles: [create: boolean, orphan: boolean, workloadOrphan: boolean, JsonObject, why: string][] = [
      [true, false, false, foreground, 'everything is deleted with the ManifestWork'],
      [true, true, false, selective(orphanNamespace), 'the namespace stays'],
      [true, false, true, both, 'an orphaned Workload requires an orphaned namespace'],
      [true, true, true, both, 'no rule appears twice'],
      [false, false, false, foreground, 'the namespace is not in the ManifestWork'],
      [false, true, false, foreground, 'orphan has no effect without create'],
      [false, false, true, both, 'the rule for the namespace covers ManifestWorks that contain it from before'],
      [false, true, true, both, 'as before'],
    ];
    for (const [create, orphan, workloadOrphan, deleteOption, why] of lifecycles) {
      it(`create ${create}, orphan ${orphan}, workload.orphan ${workloadOrphan}: ${why}`, async () => {
        const lifecycle = { spokeNamespace: { create, orphan }, workload: { orphan: workloadOrphan } };
        const [, works] = await render('topology-ocm', workTemplate({ lifecycle }));
        assert.deepEqual(at(works, 'spec', 'manifestWorkTemplate'), {
          workload: { manifests: create ? [namespace, workload] : [workload] },
          deleteOption,
        });
      });
    }

    it('passes on all properties that OCM accepts', async () => {
      const requirement = { key: 'zone', operator: 'In', values: ['a', 'b'] };
      const placement = {
        numberOfClusters: 3,
        clusterSets: ['eu'],
        predicates: [
          {
            requiredClusterSelector: {
              labelSelector: { matchLabels: { env: 'prod' }, matchExpressions: [requirement] },
              claimSelector: { matchExpressions: [requirement] },
              celSelector: { celExpressions: ['true'] },
            },
          },
        ],
        tolerations: [{ key: 'gpu.example.com/only', operator: 'Exists', effect: 'NoSelect', tolerationSeconds: 300 }],
        prioritizerPolicy: {
          mode: 'Exact',
          configurations: [
            { scoreCoordinate: { builtIn: 'Steady' }, weight: -3 },
            { scoreCoordinate: { type: 'AddOn', addOn: { resourceName: 'usage', scoreName: 'cpu' } } },
          ],
        },
        decisionStrategy: {
          groupStrategy: {
            decisionGroups: [
              { groupName: 'canary', groupClusterSelector: { labelSelector: { matchLabels: { canary: 'yes' } } } },
            ],
            clustersPerDecisionGroup: '25%',
          },
        },
        spreadPolicy: {
          spreadConstraints: [
            { topologyKey: 'zone', topologyKeyType: 'Label', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
          ],
        },
      };
      const manifestConfigs = [
        {
          resourceIdentifier: { group: 'spectrocloud.com', resource: 'workloads', namespace: 'web', name: 'shop' },
          feedbackRules: [{ type: 'JSONPaths', jsonPaths: [{ name: 'phase', path: '.phase' }] }],
          updateStrategy: { type: 'ServerSideApply', serverSideApply: { force: true, fieldManager: 'work-agent-x' } },
          conditionRules: [{ condition: 'Complete', type: 'CEL', celExpressions: ['true'] }],
          feedbackScrapeType: 'Watch',
        },
      ];
      const rolloutStrategy = {
        type: 'Progressive',
        progressive: {
          minSuccessTime: '5m',
          progressDeadline: '10m',
          maxFailures: '10%',
          maxConcurrency: 2,
          mandatoryDecisionGroups: [{ groupName: 'canary' }],
        },
      };
      const manifestWorkReplicaSet = { manifestWorkTemplate: { manifestConfigs }, rolloutStrategy };
      const properties = { hubNamespace: 'hub', placement, manifestWorkReplicaSet };
      const [rendered, works] = await render('topology-ocm', properties);
      assert.deepEqual(rendered?.['spec'], placement);
      assert.deepEqual(rendered?.['metadata'], { name: 'shop', namespace: 'hub' });
      assert.deepEqual(at(works, 'spec', 'placementRefs'), [{ name: 'shop', rolloutStrategy }]);
      assert.deepEqual(at(works, 'spec', 'manifestWorkTemplate', 'manifestConfigs'), manifestConfigs);
    });

    it('selects from all bound cluster sets in another hub namespace', async () => {
      const [rendered] = await render('topology-ocm', { hubNamespace: 'team', placement: { numberOfClusters: 2 } });
      assert.deepEqual(rendered?.['spec'], { numberOfClusters: 2 });
      const [named] = await render('topology-ocm', { hubNamespace: 'team', placement: { clusterSets: ['eu'] } });
      assert.deepEqual(named?.['spec'], { clusterSets: ['eu'] });
      const [shared] = await render('topology-ocm', { placement: { clusterSets: ['eu'] } });
      assert.deepEqual(shared?.['spec'], { clusterSets: ['eu'] });
    });

    it('accepts the spec of a Placement that was exported', async () => {
      const exported = {
        clusterSets: ['global'],
        numberOfClusters: 1,
        prioritizerPolicy: { mode: 'Additive' },
        spreadPolicy: {},
        decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: 0 } },
        scoreRateLimit: '1m',
        sortBy: 'ClusterName',
        predicates: [
          {
            requiredClusterSelector: {
              claimSelector: {},
              labelSelector: { matchExpressions: [{ key: 'name', operator: 'In', values: ['c1'] }] },
            },
          },
        ],
      };
      const [rendered] = await render('topology-ocm', { placement: exported });
      assert.deepEqual(rendered?.['spec'], exported);
    });

    it('takes null as absent', async () => {
      const [rendered, works] = await render('topology-ocm', {
        hubNamespace: null,
        placement: { predicates: null, clusterSets: null, tolerations: null },
        manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: null }, rolloutStrategy: null },
      });
      assert.deepEqual(rendered?.['spec'], { clusterSets: ['global'] });
      assert.deepEqual(at(works, 'spec', 'manifestWorkTemplate', 'deleteOption'), foreground);
    });

    it('renders its Placement for a probe, without a Workload', async () => {
      const objects = await render('topology-ocm', {}, { workloadYamls: [] });
      assert.deepEqual(
        objects.map(({ kind }) => kind),
        ['Placement', 'ManifestWorkReplicaSet'],
      );
    });

    it('reports all problems at once', async () => {
      const lines = await linesOf('topology-ocm', {
        hubNamespace: 'x'.repeat(51),
        placement: { numberOfClusters: 0, numbrOfClusters: 3, clusterSets: 'global' },
        manifestWorkReplicaSet: {
          manifestWorkTemplate: {
            deleteOption: { propagationPolicy: 'Orphan' },
            rolloutStrategy: { type: 'All' },
            lifecycle: { workload: { orphan: 'true' } },
          },
          rolloutStrategy: { type: 'Al' },
        },
        rolloutStrategy: {},
        zones: 1,
      });
      assert.deepEqual(lines.toSorted(), [
        `hubNamespace: must be a string that matches ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ and of at most 50 characters, not the string "${'x'.repeat(59 - 8)}"`,
        'manifestWorkReplicaSet.manifestWorkTemplate.deleteOption: is not supported by topology-ocm: use manifestWorkReplicaSet.manifestWorkTemplate.lifecycle',
        'manifestWorkReplicaSet.manifestWorkTemplate.lifecycle.workload.orphan: must be true or false, not the string "true"',
        'manifestWorkReplicaSet.manifestWorkTemplate.rolloutStrategy: is not a field here: did you mean manifestWorkReplicaSet.rolloutStrategy?',
        'manifestWorkReplicaSet.rolloutStrategy.type: must be one of All, Progressive, ProgressivePerGroup, not "Al"',
        'placement.clusterSets: must be a list, not the string "global"',
        'placement.numberOfClusters: must be an integer >=1 and <=2147483647, not 0',
        'placement.numbrOfClusters: is not a field here: did you mean numberOfClusters?',
        'rolloutStrategy: is not a field here: did you mean manifestWorkReplicaSet.rolloutStrategy?',
        'zones: is not a field here: use one of hubNamespace, placement, manifestWorkReplicaSet',
      ]);
    });

    it('names the version of OCM whose fields it knows', async () => {
      const manifestConfigs = [{ resourceIdentifier: { resource: 'x', name: 'x' }, ordering: {} }];
      assert.deepEqual(
        await linesOf('topology-ocm', { placement: { affinity: {} }, ...workTemplate({ manifestConfigs }) }),
        [
          'placement.affinity: is not a field here: use one of numberOfClusters, clusterSets, predicates, tolerations, prioritizerPolicy, decisionStrategy, spreadPolicy, sortBy, scoreRateLimit (the fields of OCM 1.3)',
          'manifestWorkReplicaSet.manifestWorkTemplate.manifestConfigs.0.ordering: is not a field here: use one of resourceIdentifier, feedbackRules, updateStrategy, conditionRules, feedbackScrapeType (the fields of OCM 1.3)',
        ],
      );
    });

    it('accepts the longest hub namespace that leaves room for the names of objects', async () => {
      assert.deepEqual(await linesOf('topology-ocm', { hubNamespace: 'x'.repeat(50) }), []);
    });
  });

  describe('topology-ocm-byop', () => {
    const refs = { placementRefs: [{ name: 'gpu-clusters' }] };

    it('renders a ManifestWorkReplicaSet for its Placement', async () => {
      assert.deepEqual(await render('topology-ocm-byop', refs), [
        {
          apiVersion: 'work.open-cluster-management.io/v1alpha1',
          kind: 'ManifestWorkReplicaSet',
          metadata: { name: 'shop', namespace: 'managed-cluster-set-global' },
          spec: {
            placementRefs: [{ name: 'gpu-clusters', rolloutStrategy: { type: 'All', all: {} } }],
            cascadeDeletionPolicy: 'Foreground',
            manifestWorkTemplate: { workload: { manifests: [namespace, workload] } },
          },
        },
      ]);
    });

    it('renders one for each of several Placements, because two Placements in one set must not select the same cluster', async () => {
      const several = [{ name: 'gpu-clusters' }, { name: 'edge', rolloutStrategy: { type: 'Progressive' } }];
      const works = await render('topology-ocm-byop', { placementRefs: several });
      assert.deepEqual(
        works.map((set) => at(set, 'spec', 'placementRefs')),
        [
          [{ name: 'gpu-clusters', rolloutStrategy: { type: 'All', all: {} } }],
          [{ name: 'edge', rolloutStrategy: { type: 'Progressive' } }],
        ],
      );
      const [one, other] = works.map((set) => [set['metadata'], at(set, 'spec', 'manifestWorkTemplate')]);
      assert.deepEqual(one, other);
    });

    it("passes on OCM's own deleteOption", async () => {
      const deleteOption = {
        propagationPolicy: 'SelectivelyOrphan',
        selectivelyOrphans: { orphaningRules: [orphanNamespace] },
        ttlSecondsAfterFinished: 60,
      };
      const manifestWorkReplicaSet = { manifestWorkTemplate: { deleteOption } };
      const [works] = await render('topology-ocm-byop', { ...refs, placementNamespace: 'hub', manifestWorkReplicaSet });
      assert.deepEqual(at(works, 'spec', 'manifestWorkTemplate', 'deleteOption'), deleteOption);
      assert.deepEqual(works?.['metadata'], { name: 'shop', namespace: 'hub' });
    });

    const invalid: [why: string, properties: JsonObject, lines: string[]][] = [
      ['placementRefs is required', {}, ['placementRefs: is required: a list of at most 64 items']],
      [
        'at least one Placement is required',
        { placementRefs: [] },
        ['placementRefs: must have 1 or more items, not 0'],
      ],
      [
        'at most as many as the status of an Environment can list',
        { placementRefs: Array.from({ length: 65 }, (_, index) => ({ name: `p${index}` })) },
        ['placementRefs: must be a list of at most 64 items, not a list of 65'],
      ],
      [
        'a ref requires a name',
        { placementRefs: [{}] },
        ['placementRefs.0.name: is required: a string that is not empty'],
      ],
      [
        'lifecycle is a property of topology-ocm',
        { ...refs, manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { workload: { orphan: true } } } } },
        [
          'manifestWorkReplicaSet.manifestWorkTemplate.lifecycle: is not supported by topology-ocm-byop: use manifestWorkReplicaSet.manifestWorkTemplate.deleteOption',
        ],
      ],
      [
        'placement is a property of topology-ocm too',
        { ...refs, placement: { numberOfClusters: 1 } },
        ['placement: is not a field here: use one of placementNamespace, placementRefs, manifestWorkReplicaSet'],
      ],
    ];
    for (const [why, properties, lines] of invalid) {
      it(`rejects properties: ${why}`, async () => {
        assert.deepEqual(await linesOf('topology-ocm-byop', properties), lines);
      });
    }
  });

  describe('the CRDs of OCM', () => {
    /** Fields that a topology sets itself, with the reason. */
    const exceptions: Record<Builtin, Record<string, string>> = {
      'topology-ocm': {
        cascadeDeletionPolicy: 'always Foreground, so that nothing is left behind without an owner',
        placementRefs: 'the topology renders its Placement; `rolloutStrategy` is a property beside the template',
        'manifestWorkTemplate.workload': 'the Namespace and the Workload',
        'manifestWorkTemplate.deleteOption': 'derived from `lifecycle`',
      },
      'topology-ocm-byop': {
        cascadeDeletionPolicy: 'always Foreground, so that nothing is left behind without an owner',
        placementRefs: 'a property beside the template, with the same fields',
        'manifestWorkTemplate.workload': 'the Namespace and the Workload',
      },
    };
    const examples: Record<string, JsonValue[]> = {
      operator: ['Exists', 'Exists', 'Exists'],
      mode: ['Additive', 'Exact', ''],
      minSuccessTime: ['0', '5m', '1h30m'],
      clustersPerDecisionGroup: [0, 2, '25%'],
      fieldManager: ['work-agent', 'work-agent-x'],
      groupName: ['canary'],
      '^[0-9]+[hms]$': ['1m', '30s'],
      '^(([0-9])+[h|m|s])|None$': ['None', '10m', '1h30m'],
      '^((100|[0-9]{1,2})%|[0-9]+)$': [0, 3, '10%'],
    };
    const qualified = /^\^\(\[a-z0-9\]/;
    let placement: ValueSchema;
    let replicaSet: ValueSchema;

    before(async () => {
      const specOf = async (plural: string): Promise<ValueSchema> => {
        const url = new URL(`../../deploy/local/ocm-stand-in/crds/${plural}.yaml`, import.meta.url);
        const crd: { spec: { versions: { schema: { openAPIV3Schema: ValueSchema } }[] } } = parse(
          await readFile(url, 'utf8'),
        );
        return crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'] ?? {};
      };
      placement = specWithExamples(await specOf('placements'));
      replicaSet = specWithExamples(await specOf('manifestworkreplicasets'));
    });

    /** The schema without the patterns of names: `x` is a valid name. */
    function specWithExamples(schema: ValueSchema): ValueSchema {
      return JSON.parse(JSON.stringify(schema), (key: string, value: unknown) =>
        key === 'pattern' && typeof value === 'string' && qualified.test(value) ? undefined : value,
      );
    }

    /** The properties of a topology with the fields of the CRDs that are not exceptions, and what they should render. */
    function propertiesOf(type: Builtin, options: Omit<SampleOptions, 'examples'>) {
      const sample = { ...options, examples };
      const { manifestWorkTemplate, ...spec } = sampleOf(replicaSet, { ...sample, fields: 'all' }) as JsonObject;
      const template = (replicaSet.properties ?? {})['manifestWorkTemplate'] ?? {};
      const ownTemplate = Object.keys(exceptions[type]).flatMap((path) => path.split('manifestWorkTemplate.')[1] ?? []);
      for (const field of ownTemplate) assert.ok(field in (template.properties ?? {}), `${field} is in the CRD`);
      assert.deepEqual(
        Object.keys(spec).toSorted(),
        Object.keys(exceptions[type])
          .filter((path) => !path.includes('.'))
          .toSorted(),
      );
      assert.ok(manifestWorkTemplate !== undefined);
      const rendered = sampleOf(template, sample) as JsonObject;
      const given = Object.fromEntries(Object.entries(rendered).filter(([field]) => !ownTemplate.includes(field)));
      const [ref = {}] = sampleOf((replicaSet.properties ?? {})['placementRefs'] ?? {}, sample) as JsonObject[];
      if (type === 'topology-ocm-byop') {
        return {
          template: given,
          properties: { placementRefs: [ref], manifestWorkReplicaSet: { manifestWorkTemplate: given } },
        };
      }
      const rolloutStrategy = ref['rolloutStrategy'] ?? {};
      const manifestWorkReplicaSet = { manifestWorkTemplate: given, rolloutStrategy };
      return { template: given, properties: { placement: sampleOf(placement, sample), manifestWorkReplicaSet } };
    }

    for (const type of ['topology-ocm', 'topology-ocm-byop'] as const) {
      for (const variant of [0, 1, 2]) {
        it(`have no field that ${type} does not accept and pass on (values ${variant})`, async () => {
          const { properties, template } = propertiesOf(type, { variant, fields: 'all' });
          assert.deepEqual(await linesOf(type, properties), []);
          const objects = await render(type, properties);
          const works = objects.at(-1);
          const rendered = at(works, 'spec', 'manifestWorkTemplate');
          assert.ok(isJsonObject(rendered));
          for (const [field, value] of Object.entries(template)) assert.deepEqual(rendered[field], value, field);
          if (objects.length > 1) assert.deepEqual(objects[0]?.['spec'], properties.placement);
        });
      }

      it(`require each field that ${type} requires`, async () => {
        const { properties } = propertiesOf(type, { variant: 0, fields: 'required' });
        assert.deepEqual(await linesOf(type, properties), []);
      });

      it(`have no field for which ${type} does not take null as absent`, async () => {
        const { properties } = propertiesOf(type, { variant: 0, fields: 'null unless required' });
        assert.deepEqual(await linesOf(type, properties), []);
      });
    }
  });
});
