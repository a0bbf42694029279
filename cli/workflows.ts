/** Service that runs CI jobs. */
export type Service = 'github' | 'gitlab'

/** File for a service, and its place in a repository. */
interface Workflow {
  readonly path: string
  readonly text: string
}

/** `--no`: where the package is not installed, nothing of that name may come from a registry. */
const COMMAND = 'npx --no -- delete-conformance run --out conformance --report html --report junit'

/**
 * Makes a workflow that tests the target of the config file. It takes the program from the devDependencies of the
 * repository.
 *
 * @param tokens - variables of tokens, and names of their secrets
 */
export function workflowFor(service: Service, tokens: readonly string[]): Workflow {
  return service === 'github' ? onGitHub(tokens) : onGitLab(tokens)
}

function onGitHub(tokens: readonly string[]): Workflow {
  const env = tokens.map((name) => `          ${name}: \${{ secrets.${name} }}`).join('\n')
  return {
    path: '.github/workflows/delete-conformance.yml',
    text: `# Tests the server that delete-conformance.yaml names. Secrets that it needs: ${tokens.join(', ')}.
name: Delete conformance

on:
  push:
    branches: [main]
  workflow_dispatch:

permissions:
  contents: read

jobs:
  delete-conformance:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0
        with:
          node-version: 22
      - run: npm ci
      - run: ${COMMAND}
        env:
${env}
      - uses: actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0
        if: always()
        with:
          name: conformance
          path: conformance
`,
  }
}

function onGitLab(tokens: readonly string[]): Workflow {
  return {
    path: 'delete-conformance.gitlab-ci.yml',
    text: `# Tests the server that delete-conformance.yaml names. Masked variables that it needs: ${tokens.join(', ')}.
# Add this file to .gitlab-ci.yml:
#
#   include:
#     - local: delete-conformance.gitlab-ci.yml
delete-conformance:
  image: node:22
  timeout: 30 minutes
  script:
    - npm ci
    - ${COMMAND}
  artifacts:
    when: always
    paths: [conformance]
    reports:
      junit: conformance/junit.xml
`,
  }
}
