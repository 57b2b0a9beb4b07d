import { z } from 'zod';
import { ErrorAnswer } from './answers.ts';
import type { BoundRoute } from './route.ts';

type Json = Readonly<Record<string, unknown>>;
/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Json;
  readonly paths: Readonly<Record<string, Json>>;
}

/** Describes routes from the very schemas that parse their requests, so that the description cannot be wrong about them. */
export function describeApi(version: string, routes: readonly BoundRoute[]): OpenApi {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = openApiPath(route.path);
    paths[path] = { ...paths[path], [route.method]: describeRoute(route) };
  }
  return { openapi: '3.1.0', info: { title: 'Mailvigil', version }, paths };
}

/** `/tenants/:id` in Express is `/tenants/{id}` in OpenAPI. */
export function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function describeRoute(route: BoundRoute): Json {
  const {
    summary,
    permission,
    params,
    query,
    body,
    bodyTypes,
    answer,
    answerType = 'application/json',
  } = route;
  return {
    summary,
    'x-permission': permission,
    parameters: [...describeParameters(params, 'path'), ...describeParameters(query, 'query')],
    ...(body && {
      requestBody: {
        required: true,
        content: bodyTypes ? bytesContent(bodyTypes) : jsonContent(body, 'input'),
      },
    }),
    responses: {
      200: { description: 'Done.', content: { [answerType]: { schema: jsonSchema(answer, 'output') } } },
      default: { description: 'Not done, and why.', content: jsonContent(ErrorAnswer, 'output') },
    },
  };
}

function describeParameters(schema: z.ZodType, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = jsonSchema(schema, 'input');
  return Object.entries(properties).map(([name, property]) => {
    return { name, in: place, required: required.includes(name), schema: property };
  });
}

function bytesContent(types: readonly string[]): Json {
  return Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
}

function jsonContent(schema: z.ZodType, io: 'input' | 'output'): Json {
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const described = z.toJSONSchema(schema, { io });
  // OpenAPI 3.1 says it once for the whole document.
  delete described.$schema;
  return described;
}
