// Image files made in memory.
import { crc32, deflateSync, gzipSync } from "node:zlib";

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function header(width, height) {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, 0, 0, 0, 0], 8); // eight bits, grey
  return chunk("IHDR", data);
}

/** A grey PNG whose pixels `value(x, y)` gives, 0 to 255. */
export function greyPng(width, height, value) {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = value(x, y);
  }
  return Buffer.concat([SIGNATURE, header(width, height), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** A PNG that claims a size and holds next to nothing. */
export function pngClaiming(width, height) {
  const pixels = chunk("IDAT", deflateSync(Buffer.alloc(16)));
  return Buffer.concat([SIGNATURE, header(width, height), pixels, chunk("IEND", Buffer.alloc(0))]);
}

/** `count` images of a bright disc and their masks, as files for a file chooser: `disc-0.png`, `disc-0_mask.png`, … */
export function discs(count, side = 40) {
  const files = [];
  for (let i = 0; i < count; i += 1) {
    const inside = (x, y) => Math.hypot(x - side * (0.3 + (0.4 * i) / count), y - side / 2) < side / 5;
    const image = greyPng(side, side, (x, y) => (inside(x, y) ? 200 : 90) + ((x * 7 + y * 13 + i * 29) % 23));
    const mask = greyPng(side, side, (x, y) => (inside(x, y) ? 255 : 0));
    files.push({ name: `disc-${i}.png`, mimeType: "image/png", buffer: image });
    files.push({ name: `disc-${i}_mask.png`, mimeType: "image/png", buffer: mask });
  }
  return files;
}

/** `count` images whose masks have the values 0, 1 and 2: a disc in a ring. */
export function rings(count, side = 40) {
  const files = [];
  for (let i = 0; i < count; i += 1) {
    const radius = (x, y) => Math.hypot(x - side * (0.35 + (0.3 * i) / count), y - side / 2) / side;
    const value = (x, y) => (radius(x, y) < 0.14 ? 2 : radius(x, y) < 0.28 ? 1 : 0);
    const image = greyPng(side, side, (x, y) => [70, 140, 220][value(x, y)] + ((x * 7 + y * 13 + i * 29) % 23));
    files.push({ name: `ring-${i}.png`, mimeType: "image/png", buffer: image });
    files.push({ name: `ring-${i}_mask.png`, mimeType: "image/png", buffer: greyPng(side, side, value) });
  }
  return files;
}

/** As the 2018 Data Science Bowl is published: for each image a folder, with a file for each nucleus in it. */
export function nuclei(count, each, side = 24) {
  const files = [];
  for (let i = 0; i < count; i += 1) {
    const id = i.toString(16).padStart(40, "0");
    files.push({ name: `stage1_train/${id}/images/${id}.png`, buffer: greyPng(side, side, (x, y) => (x * y * 7 + i) % 256) });
    for (let n = 0; n < each; n += 1) {
      const mask = greyPng(side, side, (x, y) => (y * side + x === n ? 255 : 0));
      files.push({ name: `stage1_train/${id}/masks/${n.toString(16).padStart(40, "0")}.png`, buffer: mask });
    }
  }
  return files;
}

/** A ZIP archive of such files, stored without compression; one that says it is encrypted, if so asked. */
export function zip(files, { encrypted = false } = {}) {
  const locals = [];
  const entries = [];
  let offset = 0;
  for (const { name, buffer } of files) {
    const path = Buffer.from(name);
    // What local header and directory share: version, flags, method, time, date, checksum, two sizes, lengths.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    if (encrypted) shared.writeUInt16LE(1, 2);
    shared.writeUInt16LE(0x21, 8); // the first of January 1980
    shared.writeUInt32LE(crc32(buffer), 10);
    shared.writeUInt32LE(buffer.length, 14);
    shared.writeUInt32LE(buffer.length, 18);
    shared.writeUInt16LE(path.length, 22);
    const behind = Buffer.alloc(14);
    behind.writeUInt32LE(offset, 10);
    locals.push(Buffer.concat([Buffer.from("PK\x03\x04"), shared, path, buffer]));
    entries.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shared, behind, path]));
    offset += locals.at(-1).length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}

/**
 * A NIfTI-1 volume of one byte a voxel, whose voxels `value(x, y, z)` gives.
 * @param {[number, number, number]} size width, height and slices
 */
export function nifti([width, height, depth], value) {
  const header = Buffer.alloc(352);
  header.writeInt32LE(348, 0);
  [3, width, height, depth, 1, 1, 1, 1].forEach((length, i) => header.writeInt16LE(length, 40 + 2 * i));
  header.writeInt16LE(2, 70); // unsigned bytes
  header.writeInt16LE(8, 72);
  [1, 1, 1, 1].forEach((spacing, i) => header.writeFloatLE(spacing, 76 + 4 * i));
  header.writeFloatLE(352, 108); // where the voxels begin
  header.writeFloatLE(1, 112); // slope
  header.write("n+1\0", 344, "latin1");
  const voxels = Buffer.alloc(width * height * depth);
  for (let z = 0; z < depth; z += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) voxels[(z * height + y) * width + x] = value(x, y, z);
    }
  }
  return Buffer.concat([header, voxels]);
}

/** `count` volumes of a bright ball and their masks: `ball-0.nii.gz`, `ball-0_mask.nii.gz`, … */
export function balls(count, side = 32, slices = 12) {
  const files = [];
  for (let i = 0; i < count; i += 1) {
    const inside = (x, y, z) =>
      Math.hypot(x - side * (0.35 + (0.3 * i) / count), y - side / 2, ((z - slices / 2) * side) / slices / 1.5) < side / 3.5;
    const image = nifti([side, side, slices], (x, y, z) => (inside(x, y, z) ? 190 : 80) + ((x * 7 + y * 13 + z * 29 + i * 31) % 23));
    const mask = nifti([side, side, slices], (x, y, z) => (inside(x, y, z) ? 1 : 0));
    files.push({ name: `ball-${i}.nii.gz`, mimeType: "application/gzip", buffer: gzipSync(image) });
    files.push({ name: `ball-${i}_mask.nii.gz`, mimeType: "application/gzip", buffer: gzipSync(mask) });
  }
  return files;
}
