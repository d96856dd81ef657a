/** The unit tests of what is mutated, in one file, so that their modules are loaded once for each mutant; the slow ones last. */
import '../unit/link.test';
import '../unit/json.test';
import '../unit/taskId.test';
import '../unit/reason.test';
import '../unit/envelope.test';
import '../unit/refusal.test';
import '../unit/resultRequest.test';
import '../unit/codes.test';
import '../unit/taskState.test';
import '../unit/submitRequest.test';
import '../unit/imageFormat.test';
import '../unit/polling.test';
import '../unit/settings.test';
import '../unit/errors.test';
import '../unit/delivery.test';
import '../unit/waiting.test';
