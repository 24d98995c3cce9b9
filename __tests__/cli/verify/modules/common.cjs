/** A verification in CommonJS. */

const { createInProcessEvents } = require('allv-mcp')
const { defineVerification } = require('allv-mcp/testing')

module.exports = defineVerification({
  adapters: { events: { create: async () => ({ adapter: createInProcessEvents() }) } },
})
