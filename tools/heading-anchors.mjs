/** Returns the anchor that GitHub gives a heading, so that a link works there and on the site. */
export function anchorOf(heading) {
  return heading
    .replaceAll(/<[^>]+>|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
