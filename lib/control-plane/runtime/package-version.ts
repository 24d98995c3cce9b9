/** The version of the package, which clients see if the host names no server of its own. */

/** As in package.json. */
export const PACKAGE_VERSION = '0.1.0'
