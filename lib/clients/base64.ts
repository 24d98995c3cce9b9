/** Base64 of a text in UTF-8, also in browsers. */

/** With padding. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
