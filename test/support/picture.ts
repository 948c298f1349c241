import jpeg from 'jpeg-js';

/** A grey JPEG, drawn pixel by pixel: 0 is black, 255 white. */
export function picture(width: number, height: number, grey: (x: number, y: number) => number): Buffer {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.fill(grey(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
  }
  return jpeg.encode({ data, width, height }, 90).data;
}

/** How grey a JPEG is on the average: 0 is black, 255 white. */
export function meanGrey(content: Buffer): number {
  const { data, width, height } = jpeg.decode(content);
  let sum = 0;
  for (let red = 0; red < data.length; red += 4) sum += data[red]!;
  return sum / (width * height);
}
