/** The Fetch destination a media type is preloaded `as` (W3C Preload, Fetch §2.2.5); undefined: nothing fits. */
export function preloadDestination(contentType: string): string | undefined {
  const essence = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (essence === 'text/css') return 'style';
  if (essence.endsWith('/javascript')) return 'script';
  if (essence.startsWith('image/')) return 'image';
  if (essence.startsWith('font/')) return 'font';
  return undefined;
}

/** A Link field (RFC 8288) that asks the browser to preload or prefetch these resources, in this order. */
export function linkField(
  rel: 'preload' | 'prefetch',
  resources: readonly { path: string; contentType: string }[],
): string {
  return resources
    .map(({ path, contentType }) => {
      // A prefetch has no destination of this page.
      if (rel === 'prefetch') return `<${path}>; rel=prefetch`;
      const destination = preloadDestination(contentType) ?? 'fetch';
      // Fonts and fetches are CORS requests: without `crossorigin` they would be downloaded twice.
      const cors = destination === 'font' || destination === 'fetch' ? '; crossorigin' : '';
      return `<${path}>; rel=preload; as=${destination}${cors}`;
    })
    .join(', ');
}
