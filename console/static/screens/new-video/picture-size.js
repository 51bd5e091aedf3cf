/** The size of a picture in a file: also of HEIC photos, which most browsers cannot show. */

const HEAD = 262_144; // bytes, in which a HEIC file describes its pictures
const HEADER = 4; // bytes: the version and flags of a property
const SIZE = [..."ispe"].map((letter) => letter.charCodeAt(0));
const TURN = [..."irot"].map((letter) => letter.charCodeAt(0));

/**
 * The size of a picture as it is shown: turned as its camera was held. null if it cannot be read.
 * @param {File} file @returns {Promise<import("../../timeline/geometry.js").Size | null>}
 */
export async function sizeOfPicture(file) {
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = picture;
    picture.close();
    return { width, height };
  } catch {
    return sizeOfHeic(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  }
}

/** @param {Uint8Array} bytes  the beginning of a file */
function sizeOfHeic(bytes) {
  const view = new DataView(bytes.buffer);
  const sizes = placesOf(SIZE, bytes, HEADER + 8).map((at) => ({ width: view.getUint32(at + HEADER), height: view.getUint32(at + HEADER + 4) }));
  const [largest] = sizes.sort((one, other) => other.width * other.height - one.width * one.height); // others are its parts and thumbnails
  if (!largest) return null;
  const isTurned = placesOf(TURN, bytes, 1).some((at) => view.getUint8(at) % 2 === 1);
  return isTurned ? { width: largest.height, height: largest.width } : largest;
}

/** Where properties begin whose names are followed by so many bytes. @param {number[]} name @param {Uint8Array} bytes @param {number} length */
function placesOf(name, bytes, length) {
  const places = [];
  for (let at = bytes.indexOf(name[0]); at >= 0; at = bytes.indexOf(name[0], at + 1)) {
    const end = at + name.length;
    if (end + length <= bytes.length && name.every((letter, index) => bytes[at + index] === letter)) places.push(end);
  }
  return places;
}
