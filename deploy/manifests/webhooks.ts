import { definitionRevisions, group, kindsOfUsers, version } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/object.ts';
import {
  accountOf,
  installNamespace,
  revisionWriters,
  usernameOf,
  webhookConfigurationName,
} from '../../src/api/names.ts';

/**
 * Requests that match none of these expressions never reach the webhook. `object` is null on DELETE, and an error in an
 * expression rejects the request, so each expression checks the operation first.
 */
const matchConditions: JsonObject[] = [
  {
    name: 'not-being-deleted',
    // Only the stored object tells: a client may send the field in a create by server-side apply. A policy guards these updates.
    expression: "request.operation != 'UPDATE' || !has(oldObject.metadata.deletionTimestamp)",
  },
  {
    name: 'not-our-finalizers',
    expression: [
      `request.operation != 'UPDATE' || request.userInfo.username != '${usernameOf('controller')}'`,
      '(has(object.metadata.finalizers) ? object.metadata.finalizers : []) == (has(oldObject.metadata.finalizers) ? oldObject.metadata.finalizers : [])',
    ].join(' || '),
  },
  {
    name: 'not-our-revisions',
    expression: `request.resource.resource != 'definitionrevisions' || !(request.userInfo.username in [${revisionWriters()
      .map((user) => `'${user}'`)
      .join(', ')}])`,
  },
];

const shared: JsonObject = {
  admissionReviewVersions: ['v1'],
  failurePolicy: 'Fail',
  sideEffects: 'None',
  matchPolicy: 'Equivalent',
  timeoutSeconds: 5,
  matchConditions,
};

const rule = (operations: string[], resources: string[]): JsonObject => ({
  apiGroups: [group],
  apiVersions: [version],
  operations,
  resources,
  scope: 'Namespaced',
});

/** The controller writes `caBundle` and `path`. They are left out here, so that applying the manifest again does not reset them. */
const clientConfig: JsonObject = {
  service: { namespace: installNamespace, name: accountOf('webhook'), port: 443 },
};

/** The two webhook configurations. */
export function webhookConfigurations(): JsonObject[] {
  const decided = kindsOfUsers.map((kind) => kind.resource.plural);
  const metadata = { name: webhookConfigurationName, labels: { 'app.kubernetes.io/name': 'mooring' } };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'MutatingWebhookConfiguration',
      metadata,
      webhooks: [
        {
          name: 'mutate.mooring.spectrocloud.com',
          ...shared,
          reinvocationPolicy: 'IfNeeded',
          clientConfig,
          rules: [rule(['CREATE', 'UPDATE'], decided)],
        },
      ],
    },
    {
      apiVersion,
      kind: 'ValidatingWebhookConfiguration',
      metadata,
      webhooks: [
        {
          name: 'validate.mooring.spectrocloud.com',
          ...shared,
          clientConfig,
          rules: [rule(['CREATE', 'UPDATE', 'DELETE'], [...decided, definitionRevisions.plural])],
        },
      ],
    },
  ];
}
