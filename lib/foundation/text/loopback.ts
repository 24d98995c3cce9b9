/** Recognises host names and addresses of this machine. */

/** Whether a host name, as `URL` returns it, is `localhost`, an address of 127.0.0.0/8 or `[::1]`. RFC 6761, section 6.3; RFC 5735, section 3. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
