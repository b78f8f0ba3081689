"""Two that want the same rows at one instant; PostgreSQL alone lets them."""

UNTIL_SOMEBODY_WAITS = """
DO $$ BEGIN
    FOR turn IN 1..500 LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted);
        PERFORM pg_sleep(0.01);
    END LOOP;
END $$
"""
