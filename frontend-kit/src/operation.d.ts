// A registered operation, imported from `schema/operations/<plugin>/*.graphql`: its hash, as the build settings write it.

declare module '*.graphql' {
  import type { DocumentNode } from 'graphql';

  const operation: DocumentNode;
  export default operation;
}
