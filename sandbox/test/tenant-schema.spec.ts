import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import ts from 'typescript';
import { readTenantSchema, type JsonSchema } from '../src/tenant-files/own-file/json-schema.js';
import { schemaFaults } from '../src/tenant-files/own-file/schema-faults.js';

const FILE = join(__dirname, '../src/tenant-files/own-file/tenant-file.ts');
const program = ts.createProgram([FILE], { strict: true, skipLibCheck: true, module: ts.ModuleKind.Node20 });
const checker = program.getTypeChecker();
const schema = readTenantSchema();

/** Lists the differences between a TypeScript type and a schema. */
function differences(type: ts.Type, given: JsonSchema, path: string): string[] {
  const { $ref, ...own } = given;
  const target: JsonSchema = $ref === undefined ? own : (schema.$defs?.[$ref.replace('#/$defs/', '')] ?? {});
  const types = [target.type ?? []].flat().map((name) => (name === 'integer' ? 'number' : name));
  const members = type.isUnion() && !isBoolean(type) ? type.types : [type];
  const found = members.map(jsonTypeOf);
  const wrong =
    types.toSorted().join() === found.toSorted().join() ? [] : [`${path}: ${found.join()} and ${types.join()}`];
  return [...wrong, ...members.flatMap((member) => innerDifferences(member, target, path))];
}

function innerDifferences(type: ts.Type, target: JsonSchema, path: string): string[] {
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return item ? differences(item, target.items ?? {}, `${path}[]`) : [];
  }
  if (jsonTypeOf(type) !== 'object' || type.aliasSymbol?.name === 'JsonObject') return [];
  if (type.symbol?.name === 'JsonObject')
    return target.properties ? [`${path}: any object, and a schema with keys`] : [];
  const index = type.getStringIndexType();
  if (index) return differences(index, target.additionalProperties as JsonSchema, `${path}.*`);
  const properties = type.getProperties();
  const names = properties.map(({ name }) => name).toSorted();
  const required = properties.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  return [
    ...(target.additionalProperties === false ? [] : [`${path}: the schema lets unknown keys through`]),
    ...differing(`${path}: keys`, names, Object.keys(target.properties ?? {})),
    ...differing(`${path}: required keys`, required, target.required ?? []),
    ...properties.flatMap((property) => {
      const inner = checker.getNonNullableType(checker.getTypeOfSymbol(property));
      return differences(inner, target.properties?.[property.name] ?? {}, `${path}.${property.name}`);
    }),
  ];
}

function differing(what: string, one: readonly string[], other: readonly string[]): string[] {
  const [left, right] = [one.toSorted().join(), other.toSorted().join()];
  return left === right ? [] : [`${what} ${left} and ${right}`];
}

function isBoolean(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Boolean) !== 0;
}

function jsonTypeOf(type: ts.Type): string {
  if (checker.isArrayType(type)) return 'array';
  return type.flags & ts.TypeFlags.Object ? 'object' : checker.typeToString(type);
}

function typeNamed(name: string): ts.Type {
  const source = program.getSourceFile(FILE);
  const symbol = source && checker.getSymbolAtLocation(source);
  const found = symbol && checker.getExportsOfModule(symbol).find((candidate) => candidate.name === name);
  if (!found) throw new Error(`There is no type ${name}.`);
  return checker.getDeclaredTypeOfSymbol(found);
}

function schemasIn(given: JsonSchema): JsonSchema[] {
  const { $defs = {}, properties = {}, additionalProperties, items } = given;
  const nested = [...Object.values($defs), ...Object.values(properties), additionalProperties, items];
  return [given, ...nested.filter((value) => typeof value === 'object').flatMap(schemasIn)];
}

describe('the schema of tenant files', () => {
  it('agrees with the TypeScript type', () => {
    expect(differences(typeNamed('TenantFile'), schema, 'tenant')).toEqual([]);
  });

  it('describes every key', () => {
    const keys = schemasIn(schema).flatMap(({ properties = {} }) => Object.entries(properties));
    const silent = keys.filter(([, value]) => !('description' in value) && !value.$ref).map(([name]) => name);
    expect(keys.length).toBeGreaterThan(60);
    expect(silent).toEqual([]);
  });

  it('uses only keywords that the sandbox checks', () => {
    const checked = [
      '$schema',
      'title',
      'description',
      '$ref',
      '$defs',
      'type',
      'properties',
      'additionalProperties',
      'required',
      'items',
    ];
    const used = new Set(schemasIn(schema).flatMap((part) => Object.keys(part)));
    expect([...used].filter((keyword) => !checked.includes(keyword))).toEqual([]);
  });

  it.each([
    {},
    [],
    { name: 1 },
    { users: [{ email: 'a', roles: ['x'], logins_count: 1.5 }] },
    { users: [{ logins_count: 2, app_metadata: { any: [1, null] } }] },
    { users: [{ identities: [{ provider: 'auth0' }] }] },
    { clients: [{}] },
    { clients: [{ client_id: 'a', callbacks: 'x' }] },
    {
      actions: {
        'post-login': ['a.js', { file: 'b.js', secrets: { A: 'x' }, modules: { m: 'm.js', n: { file: 'n' } } }],
      },
    },
    { actions: { 'post-login': [{ file: 'b.js', secrets: { A: 1 } }] } },
    { actions: { 'post-login': [{ name: 'b' }] } },
    { actions: { nope: [] } },
    { actions: { 'post-login': [{ file: 'b.js', modules: { m: { code: 'x' } } }] } },
    { geoip: null },
  ])('is read as ajv reads it: %j', (value) => {
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    expect([...schemaFaults(value, schema)].length === 0).toBe(validate(value));
  });
});
