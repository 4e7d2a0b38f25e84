import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import type { JsonObject } from '../../../src/api/object.ts';

/**
 * What a webhook costs without any decision: a server that parses the review and allows it with a patch of one annotation.
 * `bare-server.ts node|express PORT CERTIFICATES` serves bare Node or express.
 */
const [kind = '', port = '', certificates = ''] = process.argv.slice(2);
const pair = {
  cert: readFileSync(join(certificates, 'tls.crt')),
  key: readFileSync(join(certificates, 'tls.key')),
};

interface Review {
  request: { uid: string; object: { metadata: JsonObject } };
}

function answer({ request: { uid, object } }: Review): JsonObject {
  const patch = [{ op: 'replace', path: '/metadata/annotations', value: object.metadata['annotations'] ?? {} }];
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: true, patchType: 'JSONPatch', patch: btoa(JSON.stringify(patch)) },
  };
}

function serveNode(): void {
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const text = JSON.stringify(answer(JSON.parse((await buffer(request)).toString())));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
  };
  createServer(pair, (request, response) => void respond(request, response)).listen(Number(port), '127.0.0.1');
}

function serveExpress(): void {
  const app = express();
  for (const feature of ['x-powered-by', 'etag']) app.disable(feature);
  app.use(express.json({ limit: '7mb' }));
  app.post('/mutate', ({ body }: { body: Review }, response) => {
    response.json(answer(body));
  });
  createServer(pair, app).listen(Number(port), '127.0.0.1');
}

if (kind === 'express') serveExpress();
else serveNode();
