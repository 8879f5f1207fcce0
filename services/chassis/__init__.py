"""How a service is built: settings, database, journal and outbox, consuming, telemetry, auth, problems, health, clock."""
