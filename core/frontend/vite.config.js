import { describeBuild } from '@kinfold/frontend-kit/vite';

// The page's own address is /graphql, without a slash at its end: relative addresses would point beside it.
export default describeBuild({ base: '/graphql/', worker: { format: 'es' }, build: { chunkSizeWarningLimit: 4000 } });
