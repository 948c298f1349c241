/** Why no window can be opened from here, in words; undefined where one can. Of Linux, only a desktop's own session. */
export function whyNoDesktop(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  if (isSet('CI') && env['CI'] !== 'false') return 'this is a CI job (CI is set)';
  if (['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some(isSet)) return 'this is an ssh session';
  // Windows opens it for its Linux.
  if (platform !== 'linux' || isSet('WSL_DISTRO_NAME')) return undefined;
  if (isSet('DISPLAY') || isSet('WAYLAND_DISPLAY')) return undefined;
  return 'there is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)';
}
