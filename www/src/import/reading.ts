/** Parts of files, read on the spot, as only a worker may. */

/** Of the types for workers, which do not go with those for pages. */
declare const FileReaderSync: new () => { readAsArrayBuffer: (blob: Blob) => ArrayBuffer };

/** Returns the bytes of a file from an offset on; throws where the browser cannot read it any more. */
export function reading(file: File): (offset: number, length: number) => Uint8Array {
  return (offset, length) =>
    new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(offset, offset + length)));
}
