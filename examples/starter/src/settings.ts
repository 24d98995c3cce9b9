/** What the environment says. The file .env gives what is not set there. */

import { existsSync } from 'node:fs'

export interface Settings {
  readonly port: number
  /** Where clients and people reach this app. */
  readonly origin: string
  /** The folder of the database. */
  readonly folder: string
  /** Encrypts what clients carry between requests. All nodes of one app share it. */
  readonly secret: string
  /** The API key of the first member. */
  readonly apiKey: string
  /** Opens the approvals page. */
  readonly operatorPassword: string
}

export function readSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const port = Number(process.env['PORT'] ?? 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error('PORT must be a number from 1 to 65535')
  return {
    port,
    origin: process.env['ORIGIN'] ?? `http://127.0.0.1:${port}`,
    folder: process.env['DATA_FOLDER'] ?? '.data/pglite',
    secret: required('ALLV_MCP_SECRET'),
    apiKey: required('ALLV_API_KEY'),
    operatorPassword: required('OPERATOR_PASSWORD'),
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw new Error(`${name} is missing: set it, or write it into .env`)
}
