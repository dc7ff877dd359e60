import { describeBuild } from '@kinfold/frontend-kit/vite';
import vue from '@vitejs/plugin-vue';

export default describeBuild({ plugins: [vue()] });
