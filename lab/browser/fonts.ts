/** Folders inside an unpacked browser. */
export const FONTS_FOLDER = 'fonts';
/** Inside the fonts folder. Fontconfig skips folders whose name begins with a dot. */
export const FONT_FAMILY_FOLDER = 'Open_Sans';
export const FONTS_CONF = 'fonts.conf';

/**
 * The whole font configuration of the lab's browser: the fonts beside it and nothing of the machine's, so that text has
 * the same size everywhere (it decides what the largest paint is and where the layout shifts). Every family falls back
 * to the one there is. Paths are relative to the file: the cache folder may be moved or restored elsewhere.
 *
 * A configuration must exist: without one this Chromium's renderer does not merely omit text, it crashes.
 */
export function fontsConf(): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">${FONTS_FOLDER}</dir>
  <match target="pattern">
    <edit name="family" mode="append_last" binding="weak"><string>Open Sans</string></edit>
  </match>
</fontconfig>
`;
}
