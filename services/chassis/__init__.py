"""How a service is built: settings, database, journal, relay, consuming, telemetry, auth, problems, health, clock."""
