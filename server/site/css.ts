import { generate, parse, walk, type CssNode } from 'css-tree';
import { mediaMayMatch } from './html.ts';

/** One URL in a style sheet, in source order. */
export interface CssReference {
  readonly url: string;
  /** `import`: a sheet that must be there before this one applies. */
  readonly kind: 'import' | 'font' | 'url';
  /** For an import: whether its media condition can hold on a screen. */
  readonly mayApply: boolean;
}

/**
 * What a style sheet (or a style attribute) refers to. Whether a rule matches anything on the page is not asked, so
 * every `url()` counts. Imports are only those a browser follows: before any other rule (CSS Cascade §5.1).
 * @throws RangeError where the text is nested deeper than the call stack
 */
export function readCss(css: string, context: 'stylesheet' | 'declarationList'): CssReference[] {
  const tree = parse(css, { context, parseCustomProperty: false, onParseError: () => undefined });
  const found: CssReference[] = [];
  if (tree.type === 'StyleSheet') {
    for (const node of tree.children) {
      if (node.type === 'Comment') continue;
      if (node.type !== 'Atrule') break;
      const name = node.name.toLowerCase();
      if (name === 'import') found.push(...readImport(node.prelude));
      else if (!((name === 'layer' && node.block === null) || name === 'charset')) break;
    }
  }
  walk(tree, function (node) {
    const atrule = this.atrule?.name.toLowerCase();
    if (atrule === 'import' || atrule === 'namespace') return;
    if (node.type === 'Url') {
      found.push({ url: node.value, kind: atrule === 'font-face' ? 'font' : 'url', mayApply: true });
    } else if (node.type === 'String' && /^(-webkit-)?image-set$/i.test(this.function?.name ?? '')) {
      found.push({ url: node.value, kind: 'url', mayApply: true });
    }
  });
  return found;
}

function readImport(prelude: CssNode | null): CssReference[] {
  if (prelude?.type !== 'AtrulePrelude') return [];
  const [target, ...conditions] = prelude.children.toArray();
  if (target?.type !== 'Url' && target?.type !== 'String') return [];
  // `layer(...)` and `supports(...)` come first and do not speak of media.
  const media = conditions.filter(({ type }) => type === 'MediaQueryList' || type === 'MediaQuery');
  const mayApply = mediaMayMatch(media.map((node) => generate(node)).join(','));
  return [{ url: target.value, kind: 'import', mayApply }];
}
