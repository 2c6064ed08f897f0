// Express with objects: `node server.js PORT FIXTURES`.
const express = require('express');
const fs = require('fs');

const { tokens, repositories } = JSON.parse(fs.readFileSync(process.argv[3], 'utf8'));
const mirrors = {};
let nextId = 1;

const app = express();
app.use(express.json());

const refuse = (res, status, code, message) => res.status(status).json({ error_code: code, error_msg: message });

app.post('/v4/repositories/:repositoryId/remote-mirror/associate', async (req, res) => {
  const user = tokens[req.get('X-Auth-Token')];
  if (!user) {
    return refuse(res, 401, 'CH.00000002', 'Recognize authentication information failed.');
  }
  const id = parseInt(req.params.repositoryId, 10);
  if (isNaN(id) || id < 1 || id > 2147483647) {
    return refuse(res, 400, 'CH.00400001', 'repository_id must be an integer between 1 and 2147483647.');
  }
  const owner = repositories[id];
  if (!owner) {
    return refuse(res, 404, 'CH.00402000', 'The repository does not exist. Check and try again.');
  }
  if (owner !== user) {
    return refuse(res, 403, 'CH.00401001', 'No access permission.');
  }
  const { url } = req.body;
  try {
    new URL(url);
  } catch (error) {
    return refuse(res, 400, 'CH.00400001', `${error.message}: ${url}`);
  }
  const now = new Date().toISOString();
  const mirror = mirrors[id] || { id: nextId++ };
  mirrors[id] = {
    ...mirror,
    repository_id: id,
    update_status: 'finished',
    last_update_at: now,
    url,
    last_successful_update_at: now,
    number_of_failures: null,
    mirroring_enabled: false,
    is_private: false,
    endpoint_uuid: null,
    last_error: null,
  };
  res.status(201).json(mirrors[id]);
});

app.listen(Number(process.argv[2]), '127.0.0.1');
