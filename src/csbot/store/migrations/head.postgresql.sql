-- Made from csbot.store.tables by csbot.store.migrations.running.head_script('postgresql').
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE TABLE audit (
    id BIGSERIAL NOT NULL,
    actor TEXT DEFAULT '' NOT NULL,
    act TEXT DEFAULT '' NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE channel_hours (
    hour BIGINT NOT NULL,
    channel TEXT NOT NULL,
    received BIGINT DEFAULT 0 NOT NULL,
    sent BIGINT DEFAULT 0 NOT NULL,
    last_in_at BIGINT,
    last_out_at BIGINT,
    PRIMARY KEY (hour, channel)
);
CREATE TABLE content_versions (
    id BIGSERIAL NOT NULL,
    version TEXT NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    by TEXT DEFAULT '' NOT NULL,
    published_at BIGINT NOT NULL,
    restores BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE counted (
    what TEXT NOT NULL,
    message_id BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (what)
);
CREATE TABLE customers (
    id BIGSERIAL NOT NULL,
    created_at BIGINT NOT NULL,
    greeted_at BIGINT,
    name TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE early_receipts (
    id BIGSERIAL NOT NULL,
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    opted_out BOOLEAN DEFAULT false NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX early_receipts_at ON early_receipts (at);
CREATE INDEX early_receipts_external ON early_receipts (channel, external_id);
CREATE TABLE events (
    id BIGSERIAL NOT NULL,
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    lane_id BIGINT,
    message_id BIGINT,
    waiting BOOLEAN DEFAULT false NOT NULL,
    received_at BIGINT NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (channel, key)
);
CREATE INDEX events_waiting ON events (lane_id, id) WHERE waiting;
CREATE TABLE idempotency (
    key TEXT NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (key)
);
CREATE INDEX idempotency_at ON idempotency (at);
CREATE TABLE invitations (
    digest TEXT NOT NULL,
    email TEXT DEFAULT '' NOT NULL,
    role TEXT DEFAULT 'agent' NOT NULL,
    by TEXT DEFAULT '' NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (digest)
);
CREATE INDEX invitations_email ON invitations (email);
CREATE INDEX invitations_expires ON invitations (expires_at);
CREATE TABLE organisations (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (key)
);
CREATE TABLE pauses (
    scope TEXT NOT NULL,
    target TEXT NOT NULL,
    until BIGINT,
    note TEXT DEFAULT '' NOT NULL,
    by TEXT DEFAULT '' NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (scope, target)
);
CREATE TABLE sent_ids (
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    part_id BIGINT NOT NULL,
    PRIMARY KEY (channel, external_id)
);
CREATE TABLE sign_in_tries (
    key TEXT NOT NULL,
    failures BIGINT DEFAULT 0 NOT NULL,
    last_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (key)
);
CREATE INDEX sign_in_tries_last ON sign_in_tries (last_at);
CREATE TABLE users (
    id BIGSERIAL NOT NULL,
    email TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    role TEXT DEFAULT 'agent' NOT NULL,
    disabled BOOLEAN DEFAULT false NOT NULL,
    created_at BIGINT NOT NULL,
    password TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (email)
);
CREATE INDEX users_role ON users (role);
CREATE TABLE identities (
    id BIGSERIAL NOT NULL,
    customer_id BIGINT NOT NULL,
    organisation_id BIGINT,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    person TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    reachable BOOLEAN DEFAULT true NOT NULL,
    consent TEXT DEFAULT 'unsaid' NOT NULL,
    last_in_at BIGINT,
    linked_how TEXT DEFAULT 'first message' NOT NULL,
    linked_by TEXT DEFAULT 'csbot' NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (channel, address),
    FOREIGN KEY(customer_id) REFERENCES customers (id),
    FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);
CREATE INDEX identities_address ON identities (address);
CREATE INDEX identities_customer ON identities (customer_id);
CREATE INDEX identities_person ON identities (person) WHERE person <> '';
CREATE TABLE lanes (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    customer_id BIGINT,
    organisation_id BIGINT,
    merged_into BIGINT,
    conversation_id BIGINT,
    identity_id BIGINT,
    reply_to TEXT DEFAULT '{}' NOT NULL,
    due_at BIGINT,
    burst_at BIGINT,
    claimed_by TEXT DEFAULT '' NOT NULL,
    claimed_until BIGINT DEFAULT 0 NOT NULL,
    failures BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (key),
    FOREIGN KEY(customer_id) REFERENCES customers (id),
    FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    FOREIGN KEY(merged_into) REFERENCES lanes (id)
);
CREATE INDEX lanes_customer ON lanes (customer_id);
CREATE INDEX lanes_due ON lanes (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX lanes_merged ON lanes (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX lanes_shared ON lanes (identity_id) WHERE customer_id IS NULL;
CREATE TABLE sessions (
    digest TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (digest),
    FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE TABLE tokens (
    digest TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (digest),
    FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE conversations (
    id BIGSERIAL NOT NULL,
    lane_id BIGINT NOT NULL,
    state TEXT DEFAULT 'bot' NOT NULL,
    epoch BIGINT DEFAULT 0 NOT NULL,
    language TEXT DEFAULT '' NOT NULL,
    holder TEXT DEFAULT '' NOT NULL,
    memory TEXT DEFAULT '{}' NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    waiting_since BIGINT,
    closed_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(lane_id) REFERENCES lanes (id)
);
CREATE INDEX conversations_lane ON conversations (lane_id, id);
CREATE INDEX conversations_opened ON conversations (opened_at);
CREATE INDEX conversations_state ON conversations (state, id);
CREATE TABLE passes (
    digest TEXT NOT NULL,
    identity_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (digest),
    FOREIGN KEY(identity_id) REFERENCES identities (id)
);
CREATE INDEX passes_expires ON passes (expires_at);
CREATE TABLE lookup_calls (
    request TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    lookup TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    caller TEXT DEFAULT '' NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (request),
    FOREIGN KEY(conversation_id) REFERENCES conversations (id)
);
CREATE INDEX lookup_calls_at ON lookup_calls (at);
CREATE TABLE messages (
    id BIGSERIAL NOT NULL,
    conversation_id BIGINT NOT NULL,
    identity_id BIGINT,
    direction TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    author_name TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    text TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    external_id TEXT DEFAULT '' NOT NULL,
    extra TEXT DEFAULT '{}' NOT NULL,
    content_version TEXT DEFAULT '' NOT NULL,
    edited BOOLEAN DEFAULT false NOT NULL,
    deleted BOOLEAN DEFAULT false NOT NULL,
    reaction TEXT DEFAULT '' NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(conversation_id) REFERENCES conversations (id)
);
CREATE INDEX messages_conversation ON messages (conversation_id, id);
CREATE INDEX messages_external ON messages (channel, external_id) WHERE external_id <> '';
CREATE TABLE owner_changes (
    id BIGSERIAL NOT NULL,
    conversation_id BIGINT NOT NULL,
    epoch BIGINT DEFAULT 0 NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    holder TEXT DEFAULT '' NOT NULL,
    by TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(conversation_id) REFERENCES conversations (id)
);
CREATE INDEX owner_changes_conversation ON owner_changes (conversation_id, epoch);
CREATE TABLE tickets (
    id BIGSERIAL NOT NULL,
    conversation_id BIGINT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    priority TEXT DEFAULT 'normal' NOT NULL,
    weight BIGINT DEFAULT 1 NOT NULL,
    team TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '{}' NOT NULL,
    opened_at BIGINT NOT NULL,
    claimed_at BIGINT,
    closed_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(conversation_id) REFERENCES conversations (id)
);
CREATE INDEX tickets_claimed ON tickets (claimed_at DESC) WHERE claimed_at IS NOT NULL;
CREATE INDEX tickets_conversation ON tickets (conversation_id, id);
CREATE INDEX tickets_open ON tickets (weight DESC, opened_at) WHERE closed_at IS NULL;
CREATE TABLE votes (
    id BIGSERIAL NOT NULL,
    conversation_id BIGINT NOT NULL,
    entry TEXT DEFAULT '' NOT NULL,
    helped BOOLEAN DEFAULT false NOT NULL,
    language TEXT DEFAULT '' NOT NULL,
    content_version TEXT DEFAULT '' NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(conversation_id) REFERENCES conversations (id)
);
CREATE INDEX votes_conversation ON votes (conversation_id);
CREATE TABLE parts (
    id BIGSERIAL NOT NULL,
    message_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    identity_id BIGINT,
    channel TEXT NOT NULL,
    chat TEXT NOT NULL,
    position BIGINT DEFAULT 0 NOT NULL,
    state TEXT DEFAULT 'queued' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    priority BIGINT DEFAULT 1 NOT NULL,
    epoch BIGINT DEFAULT 0 NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    not_before BIGINT DEFAULT 0 NOT NULL,
    claimed_by TEXT DEFAULT '' NOT NULL,
    claimed_until BIGINT DEFAULT 0 NOT NULL,
    to_address TEXT DEFAULT '{}' NOT NULL,
    body TEXT DEFAULT '{}' NOT NULL,
    external_ids TEXT DEFAULT '[]' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    template BOOLEAN DEFAULT false NOT NULL,
    cost BIGINT DEFAULT 1 NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(message_id) REFERENCES messages (id)
);
CREATE INDEX parts_chat ON parts (chat, id) WHERE state IN ('queued', 'sending');
CREATE INDEX parts_message ON parts (message_id, position);
CREATE INDEX parts_parked ON parts (chat) WHERE state = 'parked';
CREATE INDEX parts_queued ON parts (channel, priority DESC, id, not_before) WHERE state = 'queued';
CREATE INDEX parts_sending ON parts (claimed_until) WHERE state = 'sending';
CREATE INDEX parts_unknown ON parts (id) WHERE state = 'unknown';
CREATE INDEX parts_unread ON parts (channel, updated_at) WHERE state = 'sent' AND author = 'agent';
CREATE INDEX parts_unsent ON parts (id) WHERE state IN ('parked', 'failed', 'unknown');
INSERT INTO alembic_version (version_num) VALUES ('0007');
