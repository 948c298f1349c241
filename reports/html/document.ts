import { createHash } from 'node:crypto';
import { embedJson, embedScript, markup, trusted, type Markup } from './escape.ts';

export interface DocumentParts {
  readonly title: string;
  readonly generator: string;
  readonly styles: string;
  /** Text of the bundled script. */
  readonly client: string;
  /** What the script reads: the contents of `<script type="application/json" id=…>`. */
  readonly data: readonly { readonly id: string; readonly value: unknown }[];
  readonly body: Markup;
}

/**
 * The document around a report. It asks for nothing from anywhere, and its policy forbids what it does not do: only
 * the one script and the one style sheet whose hashes stand in the policy may run.
 */
export function documentHtml({ title, generator, styles, client, data, body }: DocumentParts): string {
  const script = embedScript(client).toString();
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(styles)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${generator}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(styles)}</style>
</head>
<body>
${body}
${data.map(
  ({ id, value }) => markup`<script type="application/json" id="${id}">${embedJson(value)}</script>
`,
)}<script>${trusted(script)}</script>
</body>
</html>
`.toString();
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
