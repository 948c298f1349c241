import jpeg from 'jpeg-js';

/** A grey JPEG, drawn pixel by pixel: 0 is black, 255 white. */
export function picture(width: number, height: number, grey: (x: number, y: number) => number): Buffer {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.fill(grey(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
  }
  return jpeg.encode({ data, width, height }, 90).data;
}
