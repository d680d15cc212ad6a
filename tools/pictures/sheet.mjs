const GAP = 12;
const RADIUS = 8;
const QUALITY = 0.8;

/**
 * Returns pictures side by side. The browser encodes them, because Playwright writes no WebP.
 *
 * @param shots `image`, a PNG, and its `width` on the sheet
 */
export async function sheet(browser, shots, type) {
  const page = await browser.newPage();
  const sources = shots.map(({ image, width }) => ({
    url: `data:image/png;base64,${image.toString('base64')}`,
    width,
  }));
  const url = await page.evaluate(draw, { sources, type, gap: GAP, radius: RADIUS, quality: QUALITY });
  await page.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

/** Draws the pictures in the browser. */
async function draw({ sources, type, gap, radius, quality }) {
  const images = await Promise.all(
    sources.map(async ({ url, width }) => {
      const image = Object.assign(new Image(), { src: url });
      await image.decode();
      return { image, width, height: (image.height * width) / image.width };
    }),
  );
  const canvas = document.createElement('canvas');
  canvas.width = images.reduce((sum, { width }) => sum + width + gap, gap);
  canvas.height = Math.max(...images.map(({ height }) => height)) + 2 * gap;
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#9093a8';
  context.fillRect(0, 0, canvas.width, canvas.height);
  let left = gap;
  for (const { image, width, height } of images) {
    context.save();
    context.beginPath();
    context.roundRect(left, gap, width, height, radius);
    context.clip();
    context.drawImage(image, left, gap, width, height);
    context.restore();
    left += width + gap;
  }
  return canvas.toDataURL(type, quality);
}
