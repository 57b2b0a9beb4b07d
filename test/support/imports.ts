import ts from 'typescript';

/** One import, re-export, `import()` or type import of a source text. */
export interface Import {
  readonly specifier: string;
  /** Nothing of it is left when types are stripped. */
  readonly isTypeOnly: boolean;
}

export interface Reading {
  readonly imports: readonly Import[];
  /** Names called as free functions or as members of the global object: `fetch`. */
  readonly globalCalls: ReadonlySet<string>;
}

/** What a TypeScript file or a Vue component asks of others. */
export function readImports(path: string, source: string): Reading {
  const text = path.endsWith('.vue') ? scriptsOf(source) : source;
  const file = ts.createSourceFile(path.replace(/\.vue$/, '.ts'), text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const globalCalls = new Set<string>();
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found) imports.push(found);
    const called = globalCallOf(node);
    if (called !== undefined) globalCalls.add(called);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { imports, globalCalls };
}

function scriptsOf(source: string): string {
  return [...source.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n');
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node)) return made(node.moduleSpecifier, isTypeImport(node.importClause));
  if (ts.isExportDeclaration(node)) return made(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return made(node.argument.literal, true);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return made(node.arguments[0], false);
  return undefined;
}

function made(specifier: ts.Node | undefined, isTypeOnly: boolean): Import | undefined {
  if (!specifier) return undefined;
  // An import of something computed cannot be checked; its text never names a file that is allowed.
  return { specifier: ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText(), isTypeOnly };
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((each) => each.isTypeOnly)
  );
}

const GLOBAL_OBJECTS = new Set(['window', 'globalThis', 'self']);

function globalCallOf(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  if (ts.isIdentifier(expression)) return expression.text;
  const isMember = ts.isPropertyAccessExpression(expression) && ts.isIdentifier(expression.expression);
  return isMember && GLOBAL_OBJECTS.has(expression.expression.text) ? expression.name.text : undefined;
}
