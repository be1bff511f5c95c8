package dev.osiris.worker.drivers.postgres;

/** Runs {@code supabase.doctor}. */
public final class SupabaseDoctor extends PostgresDoctor {

  @Override
  public String component() {
    return "supabase.doctor";
  }
}
