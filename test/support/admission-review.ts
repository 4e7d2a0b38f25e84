import type { JsonObject } from '../../src/api/object.ts';
import type { Decision } from '../../src/domain/admission/decision.ts';

/** The response of the webhook: the fields of an AdmissionReview that tests check. */
export interface Answer {
  apiVersion: string;
  kind: string;
  response: {
    uid: string;
    allowed: boolean;
    patchType?: string;
    patch?: string;
    warnings?: string[];
    auditAnnotations?: Record<string, string>;
    status?: {
      status: string;
      code: number;
      reason: string;
      message: string;
      details?: {
        name: string;
        group: string;
        kind: string;
        causes?: { reason?: string; message: string; field?: string }[];
        retryAfterSeconds?: number;
      };
    };
  };
}

/** Parses a response without checks. */
export function parseAnswer(text: string): Answer {
  return JSON.parse(text);
}

/** The request of an AdmissionReview. By default a user creates the Environment `default/primary`. */
export function admissionRequest(overrides: JsonObject = {}): JsonObject {
  return {
    uid: 'uid-1',
    kind: { group: 'spectrocloud.com', version: 'v1beta1', kind: 'Environment' },
    resource: { group: 'spectrocloud.com', version: 'v1beta1', resource: 'environments' },
    operation: 'CREATE',
    name: 'primary',
    namespace: 'default',
    userInfo: { username: 'jane', groups: ['system:authenticated'] },
    object: { metadata: { name: 'primary', namespace: 'default' }, spec: {} },
    oldObject: null,
    dryRun: false,
    ...overrides,
  };
}

/** An AdmissionReview as an API server sends it. */
export function admissionReview(request: JsonObject = {}, apiVersion = 'admission.k8s.io/v1'): JsonObject {
  return { kind: 'AdmissionReview', apiVersion, request: admissionRequest(request) };
}

/** A decision, which allows by default. */
export function decision(overrides: Partial<Decision> = {}): Decision {
  return { patch: [], violations: [], notes: [], audit: {}, ...overrides };
}

/** An AdmissionReview in JSON whose `field` contains nested lists. `levels` counts the lists and the object around them. */
export function deepReview(levels: number, field: 'object' | 'oldObject' = 'object', operation = 'CREATE'): string {
  const deep = `{"metadata":{"name":"primary"},"spec":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const review = admissionReview({ operation, object: {}, oldObject: {}, [field]: 'DEEP' });
  return JSON.stringify(review).replace('"DEEP"', deep);
}
