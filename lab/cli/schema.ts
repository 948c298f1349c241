import { Command } from 'commander';
import { z } from 'zod';
import { InputError } from '../errors.ts';
import { inspectionSchema } from '../inspect/inspection.ts';
import { resultsSchema } from '../run/results.ts';
import { scenarioJsonSchema } from '../scenario/schema.ts';

const SCHEMAS: Readonly<Record<string, () => unknown>> = {
  scenario: scenarioJsonSchema,
  results: () => z.toJSONSchema(resultsSchema),
  inspection: () => z.toJSONSchema(inspectionSchema),
};

export function schemaCommand(): Command {
  const names = Object.keys(SCHEMAS).join(' | ');
  return new Command('schema')
    .description('print the JSON Schema of scenario files, of results.json or of `lab inspect --json`')
    .argument('<document>', names)
    .action((name: string) => {
      const schema = SCHEMAS[name];
      if (schema === undefined) throw new InputError(`no schema of "${name}"; there are: ${names}`);
      console.log(JSON.stringify(schema(), undefined, 2));
    });
}
