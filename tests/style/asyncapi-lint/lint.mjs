// node lint.mjs FILE: parses and validates an AsyncAPI document; errors and warnings end it with 1, each on a line of its own.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Parser, DiagnosticSeverity } from '@asyncapi/parser';

const file = resolve(process.argv[2]);
const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'), { source: file });

const names = { [DiagnosticSeverity.Error]: 'error', [DiagnosticSeverity.Warning]: 'warning' };
const findings = diagnostics.filter((d) => names[d.severity]);
for (const d of findings) {
  console.error(`${file}:${d.range.start.line + 1}: ${names[d.severity]}: ${d.message} (${d.code})`);
}
if (!document || findings.length > 0) process.exit(1);

const channels = document.channels().all().length;
const messages = document.messages().all().length;
if (channels === 0 || messages === 0) {
  console.error(`${file}: ${channels} channels, ${messages} messages; an empty document is no contract`);
  process.exit(1);
}
console.log(`AsyncAPI ${document.version()}: ${channels} channels, ${messages} messages, no finding`);
