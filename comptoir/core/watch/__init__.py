"""What whoever runs an installation watches: numbers counted here, and the trail of a request in
the logs. Nothing in it says who asked."""
