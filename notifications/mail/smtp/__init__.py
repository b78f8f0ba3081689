"""An SMTP client for many mails at once, over kept connections.

Commands are pipelined where the server takes that (RFC 2920), and go in lock step elsewhere. It
knows nothing of the database: letters go in, outcomes come out.
"""
