import {
  definitionRevisions,
  environments,
  group,
  kindsOfUsers,
  kindsOnHub,
  workloadDeployments,
} from '../../src/api/kinds.ts';
import { grantedNamespaces, reservedPrefix, topologyKindsPolicy, usernameOf } from '../../src/api/names.ts';
import type { JsonObject, Resource } from '../../src/api/object.ts';
import { renderedKinds } from '../../src/api/ocm.ts';
import {
  acknowledgeAnnotation,
  acknowledgedNamespacesAnnotation,
  admissionAnnotations,
  allowDeletionAnnotation,
  allowedHubNamespacesAnnotation,
  allowedSpokeNamespacesAnnotation,
  finalizer,
  restoredAnnotation,
  retiringAnnotation,
  revisionHashAnnotation,
  topologyRevisionAnnotation,
} from '../../src/domain/annotations.ts';
import { referenceFields } from '../../src/domain/refs/reference-fields.ts';
import { lifecycleVariables, onlyAddsDefaults, onlyPinsRefs, sameEntries } from './policy-expressions.ts';

/** What RBAC cannot say: who may change which field of an object, and in which state of the object. */
interface Policy {
  name: string;
  /** What requests the policy is about. */
  rules: { group: string; resources: string[]; operations: ('CREATE' | 'UPDATE' | 'DELETE')[] }[];
  /** The policy judges a request if all of these expressions are true. */
  conditions: Record<string, string>;
  variables?: Record<string, string>;
  /** Each has to be true. */
  validations: { expression: string; message: string; messageExpression?: string }[];
  /** The policy has no binding of its own. */
  isBoundByOperators?: boolean;
}

const isController = `request.userInfo.username == '${usernameOf('controller')}'`;
const has = (verb: string) => `authorizer.requestResource.check('${verb}').allowed()`;
const plurals = (resources: readonly Resource[]) => resources.map(({ plural }) => plural);
const quoted = (texts: readonly string[]) => `[${texts.map((text) => `'${text}'`).join(', ')}]`;

const ours = plurals(kindsOnHub.map(({ resource }) => resource));
const ofUsers = plurals(kindsOfUsers.map(({ resource }) => resource));

/** The maps of an object before and after a request. A map that is absent is empty. */
const metadataVariables = {
  labels: 'object.metadata.?labels.orValue({})',
  oldLabels: 'oldObject != null ? oldObject.metadata.?labels.orValue({}) : {}',
  annotations: 'object.metadata.?annotations.orValue({})',
  oldAnnotations: 'oldObject != null ? oldObject.metadata.?annotations.orValue({}) : {}',
};

/**
 * The webhooks are not called for an update of a terminating object, so that a deletion never waits for them. This policy is
 * why that is safe. It says nothing about owner references, which the garbage collector changes.
 */
const terminating: Policy = {
  name: 'mooring-terminating',
  rules: [{ group, resources: ours, operations: ['UPDATE'] }],
  conditions: { terminating: 'has(oldObject.metadata.deletionTimestamp)' },
  variables: metadataVariables,
  validations: [
    {
      expression: [
        'object.?spec == oldObject.?spec',
        'variables.labels == variables.oldLabels',
        sameEntries('variables.annotations', 'variables.oldAnnotations', [acknowledgeAnnotation]),
      ].join(' && '),
      message: `the object is being deleted: only metadata.finalizers, status and metadata.annotations[${acknowledgeAnnotation}] may change; wait until it is gone and create it again`,
    },
    {
      expression: `variables.annotations[?'${acknowledgeAnnotation}'] == variables.oldAnnotations[?'${acknowledgeAnnotation}'] || ${has('override')}`,
      message: `metadata.annotations[${acknowledgeAnnotation}]: to change it while the object is being deleted, you need the verb override on the object`,
    },
  ],
};

/** Without our finalizer, an object disappears before the controller has removed what it has created for it. */
const finalizers: Policy = {
  name: 'mooring-finalizer',
  rules: [{ group, resources: ofUsers, operations: ['UPDATE'] }],
  conditions: {
    'removes-our-finalizer': `'${finalizer}' in oldObject.metadata.?finalizers.orValue([]) && !('${finalizer}' in object.metadata.?finalizers.orValue([]))`,
    'not-the-controller': `!(${isController})`,
  },
  validations: [
    {
      expression: has('override'),
      message: `metadata.finalizers: only the mooring controller removes ${finalizer}, when it has cleaned up; to remove it yourself, you need the verb override on the object`,
    },
  ],
};

/** The controller finds its own objects by this metadata. */
const reservedMetadata: Policy = {
  name: 'mooring-reserved-metadata',
  rules: renderedKinds.map(({ group: ofKind, plural }) => ({
    group: ofKind,
    resources: [plural],
    operations: ['CREATE', 'UPDATE'],
  })),
  conditions: { 'not-the-controller': `!(${isController})` },
  variables: metadataVariables,
  validations: ['labels', 'annotations'].map((field) => {
    const [now, before] = [`variables.${field}`, `variables.old${field.charAt(0).toUpperCase()}${field.slice(1)}`];
    const isReserved = `k.startsWith('${reservedPrefix}')`;
    const same = [
      `${now}.all(k, !${isReserved} || ${before}[?k] == optional.of(${now}[k]))`,
      `${before}.all(k, !${isReserved} || k in ${now})`,
    ];
    return {
      expression: `${same.join(' && ')} || ${has('restore')}`,
      message: `metadata.${field}: only the mooring controller sets, changes and removes keys that begin with ${reservedPrefix}; remove them from your object (to restore a backup, you need the verb restore on the object)`,
    };
  }),
};

/**
 * The same for the kinds that an operator adds. Without a binding it has no effect and costs nothing; the binding of each kind
 * restricts it to that kind.
 */
const topologyKinds: Policy = {
  ...reservedMetadata,
  name: topologyKindsPolicy,
  rules: [{ group: '*', resources: ['*/*'], operations: ['CREATE', 'UPDATE'] }],
  isBoundByOperators: true,
};

/** Deleting a CRD deletes its objects without admission. That holds for the garbage collector too: nothing of mooring owns a CRD. */
const crdDeletion: Policy = {
  name: 'mooring-crd-deletion',
  rules: [{ group: 'apiextensions.k8s.io', resources: ['customresourcedefinitions'], operations: ['DELETE'] }],
  conditions: { ours: `oldObject.spec.group == '${group}'` },
  validations: [
    {
      expression: `oldObject.metadata.?annotations[?'${allowDeletionAnnotation}'].orValue('') == oldObject.metadata.uid`,
      message: `deleting a CustomResourceDefinition of mooring deletes all objects of its kind; to confirm that, set metadata.annotations[${allowDeletionAnnotation}] to its uid`,
      messageExpression: `'deleting it deletes every ' + oldObject.spec.names.kind + ', and what these have created on clusters; to confirm that: kubectl annotate crd ' + oldObject.metadata.name + ' ${allowDeletionAnnotation}=' + oldObject.metadata.uid`,
    },
  ],
};

/**
 * The controller may patch the objects of all tenants, for finalizers, the mark of a revision that is about to be pruned, and
 * an empty patch that triggers admission. The answer of admission to the empty patch is part of the request that this policy
 * judges; admission does not answer to a change of finalizers.
 */
const controllerWrites: Policy = {
  name: 'mooring-controller',
  rules: [{ group, resources: ours, operations: ['UPDATE'] }],
  conditions: { 'the-controller': isController },
  variables: {
    ...metadataVariables,
    ...lifecycleVariables(),
    isAdmitted: 'object.metadata.?finalizers.orValue([]) == oldObject.metadata.?finalizers.orValue([])',
    free: `request.resource.resource == '${definitionRevisions.plural}' ? ${quoted([retiringAnnotation, restoredAnnotation, revisionHashAnnotation, topologyRevisionAnnotation])} : variables.isAdmitted ? ${quoted(admissionAnnotations)} : []`,
  },
  validations: [
    {
      expression: 'variables.labels == variables.oldLabels',
      message: 'metadata.labels: the mooring controller must not change them',
    },
    {
      expression: sameEntries('variables.annotations', 'variables.oldAnnotations', 'variables.free'),
      message:
        'metadata.annotations: the mooring controller must not change them, except the mark of a revision and what its webhook adds; another mutating webhook may have changed them',
    },
    {
      expression: [
        'object.?spec == oldObject.?spec',
        `variables.isAdmitted && request.resource.resource == '${environments.plural}' && ${onlyAddsDefaults()}`,
        `variables.isAdmitted && request.resource.resource == '${workloadDeployments.plural}' && ${onlyPinsRefs(referenceFields)}`,
      ]
        .map((alternative) => `(${alternative})`)
        .join(' || '),
      message:
        'spec: the mooring controller must not change it, except for what its webhook adds; another mutating webhook may have changed it',
    },
  ],
};

/** An annotation in which the webhook records, as a list of names, what it has authorized. */
interface Authorization {
  annotation: string;
  /** The plurals of the kinds that it is written on. */
  resources: string[];
  /** A CEL expression: whether the requester has the right for the name `n`. */
  right: string;
}

const rightTo = (verb: string, resource: string, target: string) =>
  `authorizer.group('${group}').resource('${resource}').${target}.check('${verb}').allowed()`;

const authorizations: Record<'hub' | 'spoke' | 'acknowledged', Authorization> = {
  hub: {
    annotation: allowedHubNamespacesAnnotation,
    resources: [environments.plural],
    right: rightTo('use', grantedNamespaces.hub, 'name(n)'),
  },
  spoke: {
    annotation: allowedSpokeNamespacesAnnotation,
    resources: [workloadDeployments.plural],
    right: rightTo('use', grantedNamespaces.spoke, 'name(n)'),
  },
  acknowledged: {
    annotation: acknowledgedNamespacesAnnotation,
    resources: ofUsers,
    right: rightTo('override', workloadDeployments.plural, 'namespace(n)'),
  },
};

/**
 * The webhook writes these annotations into the request of a user, so a policy cannot know who wrote them. It asks for the same
 * right again: then nobody can forge them while the webhook is not installed.
 */
function authorizationPolicy(name: string, { annotation, resources, right }: Authorization): Policy {
  const namesOf = (object: string) => `${object}.metadata.?annotations[?'${annotation}'].orValue('')`;
  return {
    name: `mooring-${name}-namespaces`,
    rules: [{ group, resources, operations: ['CREATE', 'UPDATE'] }],
    conditions: { authorized: `${namesOf('object')} != ''` },
    variables: {
      now: `${namesOf('object')}.split(',')`,
      before: `oldObject != null ? ${namesOf('oldObject')}.split(',') : []`,
    },
    validations: [
      {
        expression: `variables.now.all(n, n in variables.before || ${right})`,
        message: `metadata.annotations[${annotation}]: only admission sets it; remove it from your object`,
      },
    ],
  };
}

/** All policies, in the order of the documentation. */
const policies: readonly Policy[] = [
  terminating,
  finalizers,
  reservedMetadata,
  topologyKinds,
  crdDeletion,
  controllerWrites,
  ...Object.entries(authorizations).map(([name, authorization]) => authorizationPolicy(name, authorization)),
];

/** The ValidatingAdmissionPolicies, each with its binding. They fail closed. */
export function admissionPolicies(): JsonObject[] {
  return policies.flatMap(manifestsOf);
}

function manifestsOf({ name, rules, conditions, variables = {}, validations, ...policy }: Policy): JsonObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name, labels: { 'app.kubernetes.io/name': 'mooring' } };
  const named = (expressions: Record<string, string>) =>
    Object.entries(expressions).map(([key, expression]) => ({ name: key, expression }));
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          matchPolicy: 'Equivalent',
          resourceRules: rules.map(({ group: apiGroup, resources, operations }) => ({
            apiGroups: [apiGroup],
            apiVersions: ['*'],
            operations,
            resources,
          })),
        },
        matchConditions: named(conditions),
        ...(Object.keys(variables).length === 0 ? {} : { variables: named(variables) }),
        validations: validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
      },
    },
    ...(policy.isBoundByOperators === true
      ? []
      : [
          {
            apiVersion,
            kind: 'ValidatingAdmissionPolicyBinding',
            metadata,
            spec: { policyName: name, validationActions: ['Deny'] },
          },
        ]),
  ];
}
